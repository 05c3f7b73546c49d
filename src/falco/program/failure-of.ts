import type { DocktapeError } from '../../errors.js';
import type { AlertProcess } from './alert-process.js';
import type { AlertReader } from './alert-reader.js';
import { checkRules } from './check-rules.js';
import { FalcoFailure } from './falco-failure.js';
import type { Ending } from './falco-process.js';
import type { FalcoRun } from './falco-run.js';
import type { PrivateFolder } from './private-folder.js';
import { nameOf } from './program-name.js';
import { RefusedRules } from './refused-rules.js';

/** What is known of a run that has ended. */
export interface EndedRun {
  readonly ending: Ending;
  readonly falco: AlertProcess;
  readonly reader: AlertReader;
  readonly folder: PrivateFolder;
}

/**
 * The error that says why a run failed, if it did. A Falco that ended before it had alerts is asked whether the rules are
 * the reason.
 *
 * @throws RefusedRules when they are
 */
export async function failureOf(run: FalcoRun, ended: EndedRun): Promise<DocktapeError | undefined> {
  const { ending, falco, reader, folder } = ended;
  const { stderr, hung } = falco;
  const last = stderr.last.map((line) => folder.withNames(line));
  const name = nameOf(run.program);
  if (hung) {
    const silence = `${name} said nothing for ${(run.silenceLimit ?? 0) / 1000} s and was ended`;
    return new FalcoFailure(`${silence}: find out why it hangs, or give it longer with --falco-timeout`, last);
  }
  if (ending.signal !== null) return new FalcoFailure(`${name} was ended by ${ending.signal}`, last);
  if (ending.code === 0) {
    if (reader.counted === undefined || reader.counted === reader.read) return undefined;
    return new FalcoFailure(`${name} printed ${reader.read} of ${reader.counted} alerts`, last);
  }
  if (reader.read === 0) RefusedRules.throwIf(run.program, (await checkRules(run)).findings);
  const { reason } = stderr;
  if (reason === undefined) return new FalcoFailure(`${name} ended with exit code ${ending.code}`, last);
  return new FalcoFailure(`${name} ended with exit code ${ending.code}: ${folder.withNames(reason)}`, []);
}
