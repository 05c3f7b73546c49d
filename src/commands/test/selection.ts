import { DocktapeError } from '../../errors.js';
import { LastFailures } from '../../regression/last-failures.js';
import type { Suite } from '../../regression/suite.js';

/** Whether a case of a suite is run. */
export type SelectCase = (suite: string, name: string) => boolean;

/** The cases of the suites that the options select. Says so when there are no failures to run again. */
export function caseSelection(
  suites: readonly Suite[],
  options: { readonly filter?: string; readonly rerunFailed?: boolean },
): SelectCase {
  const matches = options.filter === undefined ? () => true : textFilter(options.filter);
  if (!options.rerunFailed) return matches;
  const failures = LastFailures.load();
  // Cases that failed may be gone since, or have another name.
  const isLeft = suites.some(({ path, cases }) => cases.some(({ name }) => failures.has(path, name)));
  if (isLeft) return (suite, name) => matches(suite, name) && failures.has(suite, name);
  process.stderr.write('docktape: no case that there is failed in the last run here: all are run\n');
  return matches;
}

/** `/…/` is a regular expression, anything else a part of `SUITE: NAME` in which upper and lower case are alike. */
function textFilter(text: string): SelectCase {
  const pattern = /^\/(.+)\/$/s.exec(text)?.[1];
  if (pattern === undefined) {
    const wanted = text.toLowerCase();
    return (suite, name) => `${suite}: ${name}`.toLowerCase().includes(wanted);
  }
  try {
    const regex = new RegExp(pattern, 'u');
    return (suite, name) => regex.test(`${suite}: ${name}`);
  } catch (cause) {
    throw new DocktapeError('USAGE', `--filter ${text}: not a regular expression of JavaScript`, { cause });
  }
}
