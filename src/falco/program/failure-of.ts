import type { DocktapeError } from '../../errors.js';
import { checkRules } from './check-rules.js';
import { FalcoFailure } from './falco-failure.js';
import type { Ending } from './falco-process.js';
import type { FalcoRun } from './falco-run.js';
import type { PrivateFolder } from './private-folder.js';
import { nameOf } from './program-name.js';
import { RefusedRules } from './refused-rules.js';
import type { StderrLines } from './stderr-lines.js';

/** What is known of a run that failed. */
export interface FailedRun {
  readonly ending: Ending;
  readonly stderr: StderrLines;
  readonly folder: PrivateFolder;
  /** Whether it was ended because it said nothing for too long. */
  readonly hung: boolean;
  /** Whether there were alerts. */
  readonly began: boolean;
}

/**
 * The error that says why a run failed. A Falco that ended before it had alerts is asked whether the rules are the reason.
 *
 * @throws RefusedRules when they are
 */
export async function failureOf(run: FalcoRun, failed: FailedRun): Promise<DocktapeError> {
  const { ending, stderr, folder, hung, began } = failed;
  const last = stderr.last.map((line) => folder.withNames(line));
  const name = nameOf(run.program);
  if (hung) return new FalcoFailure(`${name} said nothing for ${(run.silenceLimit ?? 0) / 1000} s and was ended`, last);
  if (ending.signal !== null) return new FalcoFailure(`${name} was ended by ${ending.signal}`, last);
  if (!began) RefusedRules.throwIf(run.program, (await checkRules(run)).findings);
  const { reason } = stderr;
  if (reason === undefined) return new FalcoFailure(`${name} ended with exit code ${ending.code}`, last);
  return new FalcoFailure(`${name} ended with exit code ${ending.code}: ${folder.withNames(reason)}`, []);
}
