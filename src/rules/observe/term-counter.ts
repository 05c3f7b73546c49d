import { type Filter, type Frame, subtract } from '../compile/filter.js';
import type { FilterCompiler } from '../compile/filter-compiler.js';
import { type Check, comparedOperands } from '../language/ast.js';
import { checkText } from '../language/check-text.js';
import { filePlace } from '../text/file-place.js';
import type { TermObservation } from './observation.js';

/**
 * The filter of a check at one place of a condition, which counts what becomes of the check there. It has no `dependence`: what a
 * check comes to can only be counted on events of which every field was extracted.
 */
export class TermCounter implements Filter {
  private whenTrue = 0;
  private whenFalse = 0;
  private absent = 0;
  /** Takes out events on which a value that the check needs is absent. */
  private readonly presence: readonly Filter[];

  /** @param shared the filter that equal checks share */
  constructor(
    private readonly check: Check,
    private readonly shared: Filter,
    filters: FilterCompiler,
  ) {
    this.presence = comparedOperands(check).map((left) =>
      filters.compile({ kind: 'check', left, operator: 'exists', operatorPlace: check.operatorPlace }),
    );
  }

  narrow(mask: Uint8Array, frame: Frame): boolean {
    const refused = frame.take();
    refused.set(mask);
    const isAnyLeft = this.shared.narrow(mask, frame);
    subtract(refused, mask);
    this.whenTrue += countOf(mask);
    this.countRefused(refused, frame);
    frame.release(refused);
    return isAnyLeft;
  }

  /** What it counted so far. */
  get observation(): TermObservation {
    const { check, whenTrue, whenFalse, absent } = this;
    return { text: checkText(check), place: filePlace(check.left.place), whenTrue, whenFalse, absent };
  }

  /** A check is false wherever a value is absent, so that is looked for nowhere else. */
  private countRefused(refused: Uint8Array, frame: Frame): void {
    const count = countOf(refused);
    if (count === 0) return;
    for (const filter of this.presence) filter.narrow(refused, frame);
    this.whenFalse += count;
    this.absent += count - countOf(refused);
  }
}

/** How many events a mask has. */
function countOf(mask: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i] as number;
  return count;
}
