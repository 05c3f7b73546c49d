import { DocktapeError } from '../../errors.js';
import { excerptAt } from '../../rules/text/excerpt.js';
import type { Place } from '../../rules/text/source-text.js';

/** One thing that is wrong with a suite, and where. */
export interface SuiteProblem {
  readonly message: string;
  readonly place: Place;
}

/** A suite that cannot be used. The message is the first problem in one line; {@link details} are all, each with its caret. */
export class SuiteError extends DocktapeError {
  /** @param problems at least one, in the order of the file */
  constructor(readonly problems: readonly [SuiteProblem, ...SuiteProblem[]]) {
    super('SUITE', headline(problems[0]));
  }

  /** For each problem `FILE:LINE:COLUMN: MESSAGE`, the line of text it is about, and a caret under the place. */
  get details(): string {
    return this.problems.map((problem) => `${headline(problem)}\n${excerptAt(problem.place)}`).join('\n');
  }
}

function headline({ message, place }: SuiteProblem): string {
  const { line, column } = place.position();
  return `${place.source.name}:${line}:${column}: ${message}`;
}
