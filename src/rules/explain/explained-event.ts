import type { Engine } from '../engine.js';
import type { EventBatch } from '../event-batch.js';
import { eventLine } from '../output/event-line.js';
import type { Explanation } from './explanation.js';

/** An event of a stream, and why a rule fires on it or does not. Plain data. */
export interface ExplainedEvent {
  /** The event number. */
  readonly event: number;
  /** The event in one line, as `docktape show` prints it. */
  readonly line: string;
  readonly explanation: Explanation;
}

/** A rule and the events in which something is looked for. */
export interface ExplainedStream {
  readonly rule: string;
  readonly engine: Engine;
  /** In stream order, from the first event on. */
  readonly batches: AsyncIterable<EventBatch>;
  /** The event number of the event with this `evt.num`; the numbers rise along the stream. */
  readonly eventNumber: (evtNum: number) => number;
}

/** What a rule did on a stream, and the event that shows best why. */
export interface Example {
  /** How many events there are, and how many alerts the rule raised on them. */
  readonly events: number;
  readonly alerts: number;
  /** The event of the first alert; without alerts the one that comes nearest to the rule's condition. None without events. */
  readonly explained?: ExplainedEvent;
  /** How near it comes: 1 when the condition holds. */
  readonly score: number;
}

/** Explains the rule on the event with this number; undefined when there is none. What comes before is read, not evaluated. */
export async function explainNumber(stream: ExplainedStream, event: number): Promise<ExplainedEvent | undefined> {
  const { batches, engine, eventNumber } = stream;
  for await (const batch of batches) {
    const numberAt = (index: number) => eventNumber(batch.firstNumber + index);
    if (batch.count === 0 || numberAt(batch.count - 1) < event) {
      engine.skip(batch);
      continue;
    }
    for (let index = 0; index < batch.count; index++) {
      if (numberAt(index) === event) return explainAt(stream, batch, index);
    }
    return undefined;
  }
  return undefined;
}

/** Evaluates the whole stream, and explains the event that shows best why the rule fires, or why it never does. */
export async function explainExample(stream: ExplainedStream): Promise<Example> {
  const { rule, engine, batches } = stream;
  let example: Example = { events: 0, alerts: 0, score: -1 };
  for await (const batch of batches) {
    const alerts = engine.evaluate(batch).filter((alert) => alert.rule === rule);
    const [first] = alerts;
    if (first && example.alerts === 0) {
      example = { ...example, explained: explainAt(stream, batch, first.number - batch.firstNumber), score: 1 };
    } else if (example.score < 1) {
      const nearest = engine.nearest(rule, batch);
      if (nearest && nearest.score > example.score) {
        example = { ...example, explained: explainAt(stream, batch, nearest.index), score: nearest.score };
      }
    }
    example = { ...example, events: example.events + batch.count, alerts: example.alerts + alerts.length };
  }
  return example;
}

/** The batch is only valid for now, so all that is to be said of the event is put together at once. */
function explainAt({ rule, engine, eventNumber }: ExplainedStream, batch: EventBatch, index: number): ExplainedEvent {
  const event = eventNumber(batch.firstNumber + index);
  const line = eventLine(event, batch.times[index] as bigint, batch.payload(index));
  return { event, line, explanation: engine.explain(rule, batch, index) };
}
