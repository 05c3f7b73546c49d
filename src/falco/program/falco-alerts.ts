import type { Alert } from '../../rules/output/alert.js';
import { AlertProcess } from './alert-process.js';
import { detailFields } from './detail-fields.js';
import { falcoEnvironment } from './environment.js';
import { failureOf } from './failure-of.js';
import { falcoConfig, numberKeyFor } from './falco-config.js';
import type { FalcoRun } from './falco-run.js';
import type { LineQueue } from './line-queue.js';
import { PrivateFolder } from './private-folder.js';
import { type AlertReading, readAlert } from './read-alert.js';

/** Falco counts its alerts on standard output once the last of them was printed. */
const COUNTS = /^Events detected: \d+$/;

/**
 * Runs a real Falco over a stream of events and gives its alerts as they come, as the embedded engine would have made them.
 * Falco has ended, and nothing of it is left, when the generator ends, however it does. A consumer that is slow holds Falco up.
 *
 * @throws DocktapeError `FALCO` when Falco refuses the rules or the stream, fails, crashes or hangs; the signal's reason
 */
export async function* falcoAlerts(run: FalcoRun): AsyncGenerator<readonly Alert[]> {
  const { signal, onWarning = toStderr, eventNumber } = run;
  const details = await detailFields(run);
  signal?.throwIfAborted();
  const folder = new PrivateFolder(run.files);
  try {
    const numberKey = numberKeyFor(run.settings);
    const warn = (line: string) => onWarning(folder.withNames(line));
    const falco = startFalco(run, folder, numberKey, warn);
    const stop = () => falco.stop();
    signal?.addEventListener('abort', stop, { once: true });
    let began = false;
    try {
      const reading = { numberKey, details, ...(eventNumber && { eventNumber }) };
      for await (const alerts of readAlerts(falco.lines, reading, warn)) {
        began = true;
        yield alerts;
      }
      const ending = await falco.ended;
      signal?.throwIfAborted();
      const { stderr, hung } = falco;
      if (hung || ending.code !== 0) throw await failureOf(run, { ending, stderr, folder, hung, began });
    } finally {
      signal?.removeEventListener('abort', stop);
      await falco.close();
    }
  } finally {
    folder.remove();
  }
}

function startFalco(run: FalcoRun, folder: PrivateFolder, numberKey: string, onWarning: (line: string) => void) {
  const config = folder.write('falco.yaml', falcoConfig({ ...run, rules: folder.rules, numberKey }));
  return new AlertProcess({
    program: run.program.path,
    args: ['-c', config, '--enable-source', 'docker'],
    env: falcoEnvironment(run),
    folder: folder.path,
    silenceLimit: run.silenceLimit,
    onWarning,
  });
}

/** The alerts of each batch of lines that has some. */
async function* readAlerts(
  lines: LineQueue,
  reading: AlertReading,
  warn: (line: string) => void,
): AsyncGenerator<readonly Alert[]> {
  let counting = false;
  for await (const batch of lines) {
    const alerts: Alert[] = [];
    for (const line of batch) {
      counting ||= COUNTS.test(line);
      // Behind the counts come the names of rules, which can be anything.
      if (counting || !line.startsWith('{')) continue;
      const alert = readAlert(line, reading);
      if (typeof alert === 'string') warn(alert);
      else alerts.push(alert);
    }
    if (alerts.length > 0) yield alerts;
  }
}

function toStderr(line: string): void {
  process.stderr.write(`falco: ${line}\n`);
}
