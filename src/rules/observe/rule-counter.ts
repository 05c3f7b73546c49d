import type { ColumnSet } from '../compile/columns.js';
import type { Filter, Frame } from '../compile/filter.js';
import { FilterCompiler } from '../compile/filter-compiler.js';
import type { EventOrigin } from '../event-origin.js';
import { FieldCatalogue } from '../fields/catalogue.js';
import type { CompiledRule } from '../load/compile-rules.js';
import { filePlace } from '../text/file-place.js';
import type { RuleObservation } from './observation.js';
import { ReportedEvents } from './reported-events.js';
import { TermCounter } from './term-counter.js';

/** Counters for the rules of an engine, in their order. */
export function ruleCounters(rules: readonly CompiledRule[], origin: EventOrigin, columns: ColumnSet): RuleCounter[] {
  const filters = new FilterCompiler(new FieldCatalogue(origin.fields), columns);
  const reported = new ReportedEvents();
  return rules.map((rule) => new RuleCounter(rule, filters, reported));
}

/**
 * A rule's filter that counts. Its checks count what the evaluation asks them, no more: the later parts of an `and` where the
 * earlier ones hold, those of an `or` where they do not, and nothing on events that earlier rules reported. About those the
 * rule's own filter is asked aside, so that they are counted as preempted and nowhere else.
 */
export class RuleCounter implements Filter {
  private readonly terms: TermCounter[] = [];
  private readonly counting: Filter;
  private readonly preemptedBy = new Map<string, number>();
  private fired = 0;

  /**
   * @param filters compiles for the columns that frames have
   * @param reported what all rules of the engine share
   */
  constructor(
    private readonly rule: CompiledRule,
    filters: FilterCompiler,
    private readonly reported: ReportedEvents,
  ) {
    this.counting = filters.compile(rule.expression, undefined, (check, shared) => {
      const term = new TermCounter(check, shared, filters);
      this.terms.push(term);
      return term;
    });
  }

  /** @param mask under `rule_matching: first` the events that no earlier rule reported, otherwise all */
  narrow(mask: Uint8Array, frame: Frame): boolean {
    const reporters = this.reported.of(frame);
    this.countPreempted(mask, reporters, frame);
    if (!this.counting.narrow(mask, frame)) return false;
    for (let index = mask.indexOf(1); index >= 0; index = mask.indexOf(1, index + 1)) {
      reporters[index] ??= this.rule.definition.name;
      this.fired++;
    }
    return true;
  }

  /** What it counted so far. */
  get observation(): RuleObservation {
    const { name, place } = this.rule.definition;
    let preempted = 0;
    for (const count of this.preemptedBy.values()) preempted += count;
    return {
      rule: name,
      place: filePlace(place),
      fired: this.fired,
      preempted,
      preemptedBy: Object.fromEntries(this.preemptedBy),
      terms: this.terms.map((term) => term.observation),
    };
  }

  private countPreempted(open: Uint8Array, reporters: readonly (string | undefined)[], frame: Frame): void {
    const taken = frame.take();
    for (let i = 0; i < taken.length; i++) taken[i] = 1 - (open[i] as number);
    if (taken.includes(1) && this.rule.filter.narrow(taken, frame)) {
      for (let index = taken.indexOf(1); index >= 0; index = taken.indexOf(1, index + 1)) {
        const by = reporters[index] as string;
        this.preemptedBy.set(by, (this.preemptedBy.get(by) ?? 0) + 1);
      }
    }
    frame.release(taken);
  }
}
