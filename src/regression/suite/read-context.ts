import type { Problems } from './problems.js';

/** What every reader of a part of a suite needs to know. */
export interface ReadContext {
  /** The path of a file that the suite names relative to itself. */
  readonly pathOf: (path: string) => string;
  /** What the schema cannot see is reported here; the reader then goes on with some value. */
  readonly problems: Problems;
}
