import { messageOf } from '../../errors.js';
import { askFalco } from '../../falco/program/ask-falco.js';
import type { FalcoProgram } from '../../falco/program/falco-run.js';
import { findFalco } from '../../falco/program/find-falco.js';
import { notChecked, type Outcome, ok, problem } from '../outcome.js';

export interface FalcoProgramCheck {
  readonly outcome: Outcome;
  /** Present when there is a Falco that can be asked for more. */
  readonly program?: FalcoProgram;
}

const NOT_NEEDED = 'nothing needs it here: replay, live and test have an engine of their own';
const REPLACE = 'name another with --falco or DOCKTAPE_FALCO, or update this one';

/**
 * Whether there is a Falco, of which version, and with a plugin API that fits. One that nobody has named is not needed.
 *
 * @throws the signal's reason
 */
export async function checkFalcoProgram(
  named: string | undefined,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<FalcoProgramCheck> {
  let path: string;
  try {
    path = findFalco(named, env);
  } catch (error) {
    const isNamed = Boolean(named || env.DOCKTAPE_FALCO);
    return {
      outcome: isNamed
        ? problem(messageOf(error), REPLACE)
        : notChecked('Falco is not installed: no falco on PATH', NOT_NEEDED),
    };
  }
  try {
    const program = await askFalco(path, signal);
    return { outcome: ok(`${path}: Falco ${program.version}, plugin API ${program.pluginApi}`), program };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome: problem(messageOf(error), REPLACE) };
  }
}
