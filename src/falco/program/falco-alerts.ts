import type { Alert } from '../../rules/output/alert.js';
import { AlertProcess } from './alert-process.js';
import { AlertReader } from './alert-reader.js';
import { detailFields } from './detail-fields.js';
import { falcoEnvironment } from './environment.js';
import { failureOf } from './failure-of.js';
import { falcoConfig, numberKeyFor } from './falco-config.js';
import type { FalcoRun } from './falco-run.js';
import { PrivateFolder } from './private-folder.js';

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
    try {
      const reading = { numberKey, details, ...(eventNumber && { eventNumber }) };
      const reader = new AlertReader(falco.lines, reading, warn);
      yield* reader.alerts();
      const ending = await falco.ended;
      signal?.throwIfAborted();
      const failure = await failureOf(run, { ending, falco, reader, folder });
      if (failure) throw failure;
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

function toStderr(line: string): void {
  process.stderr.write(`falco: ${line}\n`);
}
