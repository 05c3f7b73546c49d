import { performance } from 'node:perf_hooks';
import type { LoadedPlugin } from '../../falco/plugin.js';
import { type AlertRecord, alertRecord, briefRecord } from '../alert-record.js';
import { engineDifferences } from './engine-differences.js';
import { openStream } from './event-streams.js';
import type { FalcoUse } from './falco-use.js';
import type { EvaluateJob, Evaluation } from './job.js';
import { loadEngine } from './load-engine.js';
import { pinStream } from './pin-stream.js';

/**
 * Evaluates a job's rules over its stream: with the embedded engine, which counts what becomes of each comparison, and then with
 * Falco where the job has one.
 */
export async function evaluateStream(job: EvaluateJob, plugin: LoadedPlugin, signal: AbortSignal): Promise<Evaluation> {
  const started = performance.now();
  const evaluated = job.falco
    ? await evaluateWithFalco(job, job.falco, plugin, signal)
    : { ...(await evaluateEmbedded(job, plugin, signal)), differences: [] };
  const seconds = (performance.now() - started) / 1000;
  return { kind: 'evaluation', ...evaluated, seconds };
}

async function evaluateWithFalco(
  job: EvaluateJob,
  falco: FalcoUse,
  plugin: LoadedPlugin,
  signal: AbortSignal,
): Promise<Omit<Evaluation, 'kind' | 'seconds'>> {
  // The engines read it one after the other.
  const { stream, lastEvent } = pinStream(job.stream);
  const pinned = { ...job, stream };
  const isOfBoth = ({ event }: AlertRecord) => event <= lastEvent;
  const embedded = await evaluateEmbedded(pinned, plugin, signal);
  // What runs a Falco takes a while to load, in each thread.
  const { falcoRecords } = await import('./falco-records.js');
  const alerts = (await falcoRecords(pinned, falco, signal)).filter(isOfBoth);
  const differences = falco.compare ? engineDifferences(embedded.alerts.filter(isOfBoth), alerts) : [];
  return { ...embedded, alerts, differences };
}

async function evaluateEmbedded(
  job: EvaluateJob,
  plugin: LoadedPlugin,
  signal: AbortSignal,
): Promise<Pick<Evaluation, 'events' | 'alerts' | 'observations'>> {
  const { batches, eventNumber, close } = openStream(job.stream, plugin, signal);
  try {
    const engine = loadEngine(job, plugin, { details: job.details, observe: true, eventNumber });
    const record = job.withJson ? alertRecord : briefRecord;
    const alerts: AlertRecord[] = [];
    let events = 0;
    for await (const batch of batches) {
      events += batch.count;
      for (const alert of engine.evaluate(batch)) alerts.push(record(alert));
    }
    signal.throwIfAborted();
    return { events, alerts, observations: engine.observations() };
  } finally {
    close();
  }
}
