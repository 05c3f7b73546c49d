import { batches } from '../../falco/batches.js';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import type { LoadedPlugin } from '../../falco/plugin.js';
import type { Engine } from '../../rules/engine.js';
import type { Alert } from '../../rules/output/alert.js';
import type { Evaluation, Evaluator, EventStream } from '../evaluation.js';
import type { Figures } from '../metrics.js';
import { loadEngine, type RulesInput } from '../rules-options.js';
import type { EvaluatorUse } from './with-evaluator.js';

/** Gives `work` the embedded engine. Ctrl-C ends its streams early. */
export async function withEmbedded(
  { input, config = {}, verbose = false, signal }: EvaluatorUse,
  work: (evaluator: Evaluator) => Promise<void>,
): Promise<void> {
  await withDockerPlugin({ config, verbose }, (plugin) => work(new EmbeddedEvaluator(plugin, input, signal)));
}

class EmbeddedEvaluator implements Evaluator {
  /** Rules are loaded for each stream, but their warnings need to be read once only. */
  private hasWarned = false;

  constructor(
    private readonly plugin: LoadedPlugin,
    private readonly input: RulesInput,
    private readonly signal: AbortSignal,
  ) {}

  evaluate({ params, eventNumber }: EventStream): Evaluation {
    const numbers = eventNumber === undefined ? {} : { eventNumber };
    const engine = loadEngine(this.input, this.plugin, { warn: !this.hasWarned, ...numbers });
    this.hasWarned = true;
    let events = 0;
    const count = (more: number) => {
      events += more;
    };
    return { alerts: alertsOf(engine, batches(this.plugin, params, this.signal), count), events: () => events };
  }

  /** The plugin's. */
  metrics(): Figures {
    return Object.fromEntries(this.plugin.metrics().map(({ name, value }) => [name, value]));
  }
}

async function* alertsOf(
  engine: Engine,
  stream: ReturnType<typeof batches>,
  count: (events: number) => void,
): AsyncGenerator<readonly Alert[]> {
  for await (const batch of stream) {
    count(batch.count);
    yield engine.evaluate(batch);
  }
}
