import type { Place } from '../../rules/text/source-text.js';
import { SuiteError, type SuiteProblem } from './suite-error.js';

/** Collects what is wrong with a suite, so that all of it is told at once. */
export class Problems {
  private readonly found: SuiteProblem[] = [];

  report(message: string, place: Place): void {
    this.found.push({ message, place });
  }

  /** @throws SuiteError with what was reported, in the order of the file */
  throwIfAny(): void {
    const [first, ...others] = this.found.toSorted((a, b) => a.place.offset - b.place.offset);
    if (first) throw new SuiteError([first, ...others]);
  }
}
