import { messageOf } from '../../errors.js';
import type { FalcoProgram } from '../../falco/program/falco-run.js';
import { validateRules } from '../../falco/program/validate-rules.js';
import { DEFAULT_SETTINGS } from '../../falco/settings.js';
import { notChecked, type Outcome, ok, problem } from '../outcome.js';

/** How long Falco may take, in milliseconds. */
const LIMIT = 10_000;

const ADVICE = 'install docktape again, and see whether the library is for this machine';

/** A rule that only loads where the plugin, its event source and its fields are known. */
const RULES = `- rule: Probe
  desc: Loads with the plugin.
  condition: docker.type exists
  output: probe %docker.action
  priority: INFO
  source: docker
`;

/**
 * Whether a Falco loads the library: it is asked to validate a rule on the plugin's fields, with a configuration of our own.
 *
 * @throws the signal's reason
 */
export async function checkPluginInFalco(
  program: FalcoProgram | undefined,
  signal: AbortSignal,
  limit = LIMIT,
): Promise<Outcome> {
  if (!program) return notChecked('no Falco to load it');
  try {
    const files = [{ name: 'probe', text: RULES }];
    const limited = AbortSignal.any([signal, AbortSignal.timeout(limit)]);
    const findings = await validateRules({ program, files, settings: DEFAULT_SETTINGS, signal: limited });
    const [error] = findings.filter(({ severity }) => severity === 'error');
    if (error) return problem(`Falco does not know the plugin's fields: ${error.message}`, ADVICE);
    return ok('Falco loads the library and knows its fields');
  } catch (error) {
    signal.throwIfAborted();
    if (isTimeout(error)) return problem(`Falco did not load the library within ${limit / 1000} s`, ADVICE);
    return problem(`Falco does not load the library: ${messageOf(error)}`, ADVICE);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}
