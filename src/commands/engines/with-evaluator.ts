import type { PluginConfig } from '../../falco/docker-plugin.js';
import type { EngineChoice } from '../engine-options.js';
import type { Evaluator } from '../evaluation.js';
import type { RulesInput } from '../rules-options.js';
import { withEmbedded } from './embedded.js';

/** Rules to evaluate, and how. */
export interface EvaluatorUse {
  readonly input: RulesInput;
  /** The plugin's `init_config`. */
  readonly config?: PluginConfig;
  /** Whether the plugin's notices are printed too. */
  readonly verbose?: boolean;
  /** How long Falco may say nothing before it counts as hung, in milliseconds; without it, for ever. */
  readonly silenceLimit?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Gives `work` the engine that was chosen, for as long as it takes. What is wrong with the rules is printed.
 *
 * @throws DocktapeError `RULES` when they do not load; `PLUGIN`; `FALCO`
 */
export async function withEvaluator(
  engine: EngineChoice,
  use: EvaluatorUse,
  work: (evaluator: Evaluator) => Promise<void>,
): Promise<void> {
  if (engine.kind === 'embedded') return withEmbedded(use, work);
  // What runs a Falco takes a while to load.
  const { withFalco } = await import('./falco.js');
  return withFalco(engine, use, work);
}
