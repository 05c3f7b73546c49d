import { printable } from '../../rules/output/printable.js';
import type { Place } from '../../rules/text/source-text.js';
import { SuiteError, type SuiteProblem } from './suite-error.js';

/** Collects what is wrong with a suite, so that all of it is told at once. */
export class Problems {
  private readonly found = new Map<string, SuiteProblem>();

  /** Remembers a problem. What stands in an anchor is read for each of its aliases, but told once. */
  report(text: string, place: Place): void {
    // Names that are quoted in it may have line breaks.
    const message = printable(text);
    this.found.set(`${place.offset} ${message}`, { message, place });
  }

  /** @throws SuiteError with what was reported, in the order of the file */
  throwIfAny(): void {
    const [first, ...others] = [...this.found.values()].sort((a, b) => a.place.offset - b.place.offset);
    if (first) throw new SuiteError([first, ...others]);
  }
}
