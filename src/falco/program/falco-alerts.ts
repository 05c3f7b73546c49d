import type { Alert } from '../../rules/output/alert.js';
import { detailFields } from './detail-fields.js';
import { eachLine } from './each-line.js';
import { falcoEnvironment } from './environment.js';
import { failureOf } from './failure-of.js';
import { falcoConfig, numberKeyFor } from './falco-config.js';
import { FalcoProcess } from './falco-process.js';
import type { FalcoRun } from './falco-run.js';
import { LineQueue } from './line-queue.js';
import { PrivateFolder } from './private-folder.js';
import { type AlertReading, readAlert } from './read-alert.js';
import { SilenceWatch } from './silence-watch.js';
import { MAX_LENGTH, StderrLines } from './stderr-lines.js';

/** Falco counts its alerts on standard output once the last of them was printed. */
const COUNTS = /^Events detected: \d+$/;

/**
 * Runs a real Falco over a stream of events and gives its alerts as they come, as the embedded engine would have made them.
 * Falco has ended, and nothing of it is left, when the generator ends, however it does. A consumer that is slow holds Falco up.
 *
 * @throws DocktapeError `FALCO` when Falco refuses the rules or the stream, fails, crashes or hangs; the signal's reason
 */
export async function* falcoAlerts(run: FalcoRun): AsyncGenerator<readonly Alert[]> {
  const { program, signal, onWarning = toStderr, eventNumber } = run;
  const details = await detailFields(run);
  signal?.throwIfAborted();
  const folder = new PrivateFolder(run.files);
  try {
    const numberKey = numberKeyFor(run.settings);
    const config = folder.write('falco.yaml', falcoConfig({ ...run, rules: folder.rules, numberKey }));
    const args = ['-c', config, '--enable-source', 'docker'];
    const falco = new FalcoProcess({ program: program.path, args, env: falcoEnvironment(run), folder: folder.path });
    const lines = new LineQueue(falco.stdout, { onFull: () => falco.pause(), onDrained: () => falco.resume() });
    const warn = (line: string) => onWarning(folder.withNames(line));
    const stderr = new StderrLines(warn);
    eachLine(falco.stderr, MAX_LENGTH, (line) => stderr.add(line));
    let hung = false;
    const silence = new SilenceWatch(
      [falco.stdout, falco.stderr],
      run.silenceLimit,
      () => falco.paused,
      () => {
        hung = true;
        falco.interrupt();
      },
    );
    const stop = () => {
      lines.discard();
      falco.interrupt();
    };
    signal?.addEventListener('abort', stop, { once: true });
    let began = false;
    try {
      const reading = { numberKey, details, ...(eventNumber && { eventNumber }) };
      for await (const alerts of readAlerts(lines, reading, warn)) {
        began = true;
        yield alerts;
      }
      const ending = await falco.ended;
      signal?.throwIfAborted();
      if (hung || ending.code !== 0) throw await failureOf(run, { ending, stderr, folder, hung, began });
    } finally {
      silence.stop();
      signal?.removeEventListener('abort', stop);
      stop();
      await falco.ended.catch(() => {}); // thrown above, unless the consumer has left
    }
  } finally {
    folder.remove();
  }
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
