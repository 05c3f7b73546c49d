import { DocktapeError } from '../../errors.js';
import type { PluginConfig } from '../../falco/docker-plugin.js';
import { askFalco } from '../../falco/program/ask-falco.js';
import { falcoAlerts } from '../../falco/program/falco-alerts.js';
import type { FalcoRules, FalcoRun } from '../../falco/program/falco-run.js';
import { findFalco } from '../../falco/program/find-falco.js';
import { validateRules } from '../../falco/program/validate-rules.js';
import type { Alert } from '../../rules/output/alert.js';
import { plural } from '../../text/quantities.js';
import type { FalcoChoice } from '../engine-options.js';
import type { Evaluation, Evaluator, EventStream } from '../evaluation.js';
import type { Figures } from '../metrics.js';
import type { EvaluatorUse } from './with-evaluator.js';

/** Gives `work` a real Falco that has taken the rules. Ctrl-C before that ends it without the work. */
export async function withFalco(
  choice: FalcoChoice,
  { input, config = {}, silenceLimit, signal }: EvaluatorUse,
  work: (evaluator: Evaluator) => Promise<void>,
): Promise<void> {
  const rules = await untilAborted(signal, async () => {
    const program = await askFalco(findFalco(choice.path), signal);
    const loaded: FalcoRules = { program, ...input, signal };
    await reportFindings(loaded);
    return loaded;
  });
  if (rules) await work(new FalcoEvaluator(rules, config, silenceLimit));
}

class FalcoEvaluator implements Evaluator {
  readonly name: string;
  private alerts = 0;

  constructor(
    private readonly rules: FalcoRules,
    private readonly config: PluginConfig,
    private readonly silenceLimit: number | undefined,
  ) {
    this.name = `Falco ${rules.program.version}`;
  }

  evaluate({ params, events, eventNumber }: EventStream): Evaluation {
    const run: FalcoRun = {
      ...this.rules,
      params,
      config: this.config,
      ...(eventNumber === undefined ? {} : { eventNumber }),
      ...(this.silenceLimit === undefined ? {} : { silenceLimit: this.silenceLimit }),
    };
    let isOver = false;
    const told = {
      alerts: (more: number) => {
        this.alerts += more;
      },
      end: () => {
        isOver = true;
      },
    };
    // Falco does not say how far it has come: once it is through, it has read everything.
    return { alerts: alertsOf(run, told), events: () => (isOver ? events : undefined) };
  }

  /** The alerts that came from it. The plugin's figures stay in Falco. */
  metrics(): Figures {
    return { alerts: this.alerts };
  }
}

async function* alertsOf(
  run: FalcoRun,
  told: { alerts(more: number): void; end(): void },
): AsyncGenerator<readonly Alert[]> {
  try {
    for await (const alerts of falcoAlerts(run)) {
      told.alerts(alerts.length);
      yield alerts;
    }
    told.end();
  } catch (error) {
    if (!run.signal?.aborted) throw error;
  }
}

/**
 * Prints what Falco has to say about the rules.
 *
 * @throws DocktapeError `RULES` when it does not load them
 */
async function reportFindings(rules: FalcoRules): Promise<void> {
  const findings = await validateRules(rules);
  for (const { text } of findings) process.stderr.write(`${text}\n`);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) throw new DocktapeError('RULES', `${plural(errors, 'error')} in the rules: see above`);
}

/** What the work gives; undefined when the signal ended it. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  }
}
