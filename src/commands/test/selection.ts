import { DocktapeError } from '../../errors.js';
import { LastFailures } from '../../regression/last-failures.js';

/** Whether a case of a suite is run. */
export type SelectCase = (suite: string, name: string) => boolean;

/** The cases that the options select. Says so when there are no failures to run again. */
export function caseSelection(options: { readonly filter?: string; readonly rerunFailed?: boolean }): SelectCase {
  const matches = options.filter === undefined ? () => true : textFilter(options.filter);
  if (!options.rerunFailed) return matches;
  const failures = LastFailures.load();
  if (failures.count > 0) return (suite, name) => matches(suite, name) && failures.has(suite, name);
  process.stderr.write('docktape: no case failed in the last run here: all are run\n');
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
