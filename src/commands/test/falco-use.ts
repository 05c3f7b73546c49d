import { findFalco } from '../../falco/program/find-falco.js';
import type { FalcoUse } from '../../regression/run/falco-use.js';
import { BUSY_SILENCE, type EngineOptions, engineChoice } from '../engine-options.js';

/**
 * The Falco that the options ask for; undefined for the embedded engine alone.
 *
 * @throws DocktapeError `FALCO` when there is none, or one that is too old
 */
export async function falcoUse(options: EngineOptions, signal: AbortSignal): Promise<FalcoUse | undefined> {
  const engine = engineChoice(options);
  if (engine.kind === 'embedded') return undefined;
  // What runs a Falco takes a while to load.
  const { askFalco } = await import('../../falco/program/ask-falco.js');
  const program = await askFalco(findFalco(engine.path), signal);
  return { program, compare: engine.kind === 'both', silenceLimit: options.falcoTimeout ?? BUSY_SILENCE };
}
