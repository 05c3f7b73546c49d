import { falcoAlerts } from '../../falco/program/falco-alerts.js';
import { type AlertRecord, alertRecord, briefRecord } from '../alert-record.js';
import type { FalcoUse } from './falco-use.js';
import { HOSTNAME } from './hostname.js';
import type { EvaluateJob } from './job.js';
import { withReplay } from './replayed-stream.js';

/** The alerts that a real Falco raises on a job's stream. */
export function falcoRecords(
  { files, settings, stream, details, withJson }: EvaluateJob,
  { program, silenceLimit }: FalcoUse,
  signal: AbortSignal,
): Promise<AlertRecord[]> {
  return withReplay(stream, async ({ params, eventNumber }) => {
    const records: AlertRecord[] = [];
    const run = { program, files, settings, params, eventNumber, details, signal, hostname: HOSTNAME, timeZone: 'UTC' };
    for await (const alerts of falcoAlerts(silenceLimit === undefined ? run : { ...run, silenceLimit })) {
      records.push(...alerts.map(withJson ? alertRecord : briefRecord));
    }
    return records;
  });
}
