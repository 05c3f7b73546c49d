import { batches } from '../falco/batches.js';
import type { LoadedPlugin } from '../falco/plugin.js';
import type { FalcoSettings } from '../falco/settings.js';
import type { Engine } from '../rules/engine.js';
import { alertJson } from '../rules/output/alert-json.js';
import { alertText } from '../rules/output/alert-text.js';
import type { AlertSummary } from './alert-summary.js';
import type { LineOutput } from './output.js';

/** One stream of events to evaluate, and where its alerts go. */
export interface Evaluation {
  readonly plugin: LoadedPlugin;
  readonly params: string;
  readonly engine: Engine;
  readonly settings: FalcoSettings;
  readonly output: LineOutput;
  readonly summary: AlertSummary;
  readonly signal: AbortSignal;
}

/** Reads a stream to its end (or to the signal) and prints the alerts, batch by batch. */
export async function evaluate(evaluation: Evaluation): Promise<void> {
  const { plugin, params, engine, settings, output, summary, signal } = evaluation;
  for await (const batch of batches(plugin, params, signal)) {
    const alerts = engine.evaluate(batch);
    summary.add(batch.count, alerts);
    for (const alert of alerts) {
      output.line(settings.jsonOutput ? alertJson(alert, settings.jsonMembers) : alertText(alert));
    }
    await output.flush();
  }
}
