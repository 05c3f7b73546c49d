import { DocktapeError } from '../../errors.js';
import { excerptAt } from '../../rules/text/excerpt.js';
import type { Place } from '../../rules/text/source-text.js';

/** One thing that is wrong with a suite, and where. */
export interface SuiteProblem {
  readonly message: string;
  readonly place: Place;
}

/** Problems that are shown with their lines. More are seldom read, and often follow from the first. */
const SHOWN = 20;

/** A suite that cannot be used. The message is the first problem in one line; {@link details} are all, each with its caret. */
export class SuiteError extends DocktapeError {
  /** @param problems at least one, in the order of the file */
  constructor(readonly problems: readonly [SuiteProblem, ...SuiteProblem[]]) {
    super('SUITE', headline(problems[0]));
  }

  /** For each of the first problems `FILE:LINE:COLUMN: MESSAGE`, the line of text it is about, and a caret under the place. */
  override get details(): string {
    const shown = this.problems.slice(0, SHOWN).map((problem) => `${headline(problem)}\n${excerptAt(problem.place)}`);
    const others = this.problems.length - shown.length;
    return [...shown, ...(others > 0 ? [`… and ${others} more`] : [])].join('\n');
  }
}

function headline({ message, place }: SuiteProblem): string {
  const { line, column } = place.position();
  return `${place.source.name}:${line}:${column}: ${message}`;
}
