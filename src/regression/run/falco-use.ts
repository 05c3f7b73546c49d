import type { FalcoProgram } from '../../falco/program/falco-run.js';

/** A real Falco, whose alerts are judged in place of the embedded engine's. Plain data. */
export interface FalcoUse {
  readonly program: FalcoProgram;
  /** Whether the embedded engine must say the same. */
  readonly compare: boolean;
  /** How long Falco may say nothing before it counts as hung, in milliseconds; without it, for ever. */
  readonly silenceLimit?: number;
}
