import { homedir } from 'node:os';

/** Where a user without a home lives, by Debian's convention: a folder that nobody makes. */
const NO_HOME = '/nonexistent';

/**
 * The user's home folder: `HOME`, else what the system knows. A service may run as a user that the system does not know, and
 * then there is none, which is no error: what would be looked for in it is not there.
 *
 * @param known asks the system; it throws for a user that is unknown
 */
export function homeFolder(env: Readonly<Record<string, string | undefined>>, known = homedir): string {
  if (env.HOME) return env.HOME;
  try {
    return known() || NO_HOME;
  } catch {
    return NO_HOME;
  }
}
