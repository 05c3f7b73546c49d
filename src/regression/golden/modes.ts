import type { GoldenChange } from '../report.js';
import { changesBetween } from './golden-changes.js';
import { writeGolden } from './golden-file.js';

/** A golden's file, and the alerts that came now. */
export interface GoldenState {
  readonly path: string;
  readonly lines: readonly string[];
}

/** What a golden that is not as the alerts are comes to. */
export interface GoldenOutcome {
  readonly holds: boolean;
  /** What was written, if something was. */
  readonly change?: GoldenChange;
}

/** What becomes of goldens that are not as the alerts are. Methods throw DocktapeError when a golden cannot be written. */
export interface GoldenMode {
  missing(state: GoldenState): GoldenOutcome;
  differing(state: GoldenState & { readonly recorded: readonly string[] }): GoldenOutcome;
}

/** Nothing is written: where nobody would commit it, as in a pipeline. */
export const lockedGoldens: GoldenMode = {
  missing: () => ({ holds: false }),
  differing: () => ({ holds: false }),
};

/** A golden that is missing is written, for its author to review. */
export const localGoldens: GoldenMode = {
  missing: (state) => written({ ...state, recorded: [] }),
  differing: () => ({ holds: false }),
};

/** What differs is written anew. */
export const updatedGoldens: GoldenMode = {
  missing: (state) => written({ ...state, recorded: [] }),
  differing: written,
};

function written({ path, lines, recorded }: GoldenState & { readonly recorded: readonly string[] }): GoldenOutcome {
  writeGolden(path, lines);
  return { holds: true, change: { path, ...changesBetween(recorded, lines) } };
}
