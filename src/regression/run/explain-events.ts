import type { LoadedPlugin } from '../../falco/plugin.js';
import type { Engine } from '../../rules/engine.js';
import type { EventBatch } from '../../rules/event-batch.js';
import type { ExplainedNode, Explanation } from '../../rules/explain/explanation.js';
import { eventLine } from '../../rules/output/event-line.js';
import type { ReportedEvent } from '../report.js';
import { type OpenedStream, openStream } from './event-streams.js';
import type { Answer, Answers, ExplainJob, Question } from './job.js';
import { loadEngine } from './load-engine.js';

/** The score of an event that was asked for by its number: nothing is nearer. */
const NAMED = Number.POSITIVE_INFINITY;

/** Finds the events that a job asks for, and explains them. */
export async function explainEvents(job: ExplainJob, plugin: LoadedPlugin, signal: AbortSignal): Promise<Answers> {
  const stream = openStream(job.stream, plugin, signal);
  try {
    const engine = loadEngine(job, plugin, { eventNumber: stream.eventNumber });
    const answers: (Answer | undefined)[] = job.questions.map(() => undefined);
    for await (const batch of stream.batches) {
      engine.skip(batch);
      job.questions.forEach((question, i) => {
        answers[i] = better(answers[i], question, { engine, batch, stream });
      });
      if (answers.every((answer) => answer?.score === NAMED)) break;
    }
    signal.throwIfAborted();
    return { kind: 'answers', answers };
  } finally {
    stream.close();
  }
}

interface Look {
  readonly engine: Engine;
  readonly batch: EventBatch;
  readonly stream: OpenedStream;
}

/** The answer so far, or the batch's when that is better. The event is described now: the batch is gone with the next one. */
function better(known: Answer | undefined, { rule, event }: Question, look: Look): Answer | undefined {
  if (known?.score === NAMED) return known;
  const { engine, batch } = look;
  const found = event === undefined ? engine.nearest(rule, batch) : named(event, look);
  if (!found || (known && found.score <= known.score)) return known;
  return { score: found.score, event: describe(rule, found.index, look) };
}

/** Looks for an event by its number. The numbers rise along a stream, with holes where not all of a capture is selected. */
function named(event: number, { batch, stream }: Look): { index: number; score: number } | undefined {
  const numberAt = (index: number) => stream.eventNumber(batch.firstNumber + index);
  if (event < numberAt(0) || event > numberAt(batch.count - 1)) return undefined;
  let [low, high] = [0, batch.count - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (numberAt(middle) < event) low = middle + 1;
    else high = middle;
  }
  return numberAt(low) === event ? { index: low, score: NAMED } : undefined;
}

function describe(rule: string, index: number, { engine, batch, stream }: Look): ReportedEvent {
  const event = stream.eventNumber(batch.firstNumber + index);
  const explanation = engine.explain(rule, batch, index);
  return {
    stream: stream.name,
    event,
    line: eventLine(event, batch.times[index] as bigint, batch.payload(index)),
    fields: fieldsOf(explanation),
    explanation,
  };
}

/** What the rule looks at, each once, in the order of its condition. */
function fieldsOf({ condition }: Explanation): ReportedEvent['fields'] {
  const values = new Map(valuesIn(condition).map(({ operand, value }) => [operand, value]));
  return [...values].map(([field, value]) => ({ field, value }));
}

function valuesIn(node: ExplainedNode): Extract<ExplainedNode, { kind: 'term' }>['values'] {
  switch (node.kind) {
    case 'term':
      return node.values;
    case 'and':
    case 'or':
      return node.children.flatMap(valuesIn);
    case 'not':
    case 'macro':
      return valuesIn(node.child);
  }
}
