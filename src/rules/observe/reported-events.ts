import type { Frame } from '../compile/filter.js';

/** Which rule was the first to match each event of the batch that is evaluated. */
export class ReportedEvents {
  private frame: Frame | undefined;
  private rules: (string | undefined)[] = [];

  /** By event: the name of the rule. */
  of(frame: Frame): (string | undefined)[] {
    if (this.frame !== frame) {
      this.frame = frame;
      this.rules = new Array<string | undefined>(frame.count).fill(undefined);
    }
    return this.rules;
  }
}
