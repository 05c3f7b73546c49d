import { performance } from 'node:perf_hooks';
import type { LoadedPlugin } from '../../falco/plugin.js';
import { type AlertRecord, alertRecord } from '../alert-record.js';
import { openStream } from './event-streams.js';
import type { EvaluateJob, Evaluation } from './job.js';
import { loadEngine } from './load-engine.js';

/** Evaluates a job's rules over its stream. */
export async function evaluateStream(job: EvaluateJob, plugin: LoadedPlugin, signal: AbortSignal): Promise<Evaluation> {
  const started = performance.now();
  const { batches, eventNumber, close } = openStream(job.stream, plugin, signal);
  try {
    const engine = loadEngine(job, plugin, { details: job.details, observe: true, eventNumber });
    const alerts: AlertRecord[] = [];
    let events = 0;
    for await (const batch of batches) {
      events += batch.count;
      for (const alert of engine.evaluate(batch)) alerts.push(alertRecord(alert));
    }
    signal.throwIfAborted();
    const seconds = (performance.now() - started) / 1000;
    return { kind: 'evaluation', events, alerts, observations: engine.observations(), seconds };
  } finally {
    close();
  }
}
