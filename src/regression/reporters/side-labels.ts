import type { Failure } from '../report.js';

/** What stands before the lines of a failure: those that were expected, and those that came. */
export interface SideLabels {
  readonly expected: string;
  readonly actual: string;
}

/** The labels for a failure. Engines that differ are called by their names. */
export function sideLabels({ kind }: Failure): SideLabels {
  return kind === 'engines' ? { expected: 'Falco', actual: 'embedded' } : { expected: 'expected', actual: 'got' };
}
