import type { EventBatch, FieldRequest, FieldValue, RuleSet, Screened, Screening } from '../event-batch.js';
import type { StreamContext } from '../stream-context.js';
import type { ColumnSet, LoadedColumns } from './columns.js';
import type { ColumnCheck, Dependence } from './dependence.js';

/** The columns of a batch as far as rules need them, and the events that each rule is left with. */
export interface ScreenedBatch {
  readonly columns: LoadedColumns;
  /** A mask of the events that the rule is to be asked about, to be narrowed in place; undefined when there are none. */
  candidates(rule: number): Uint8Array | undefined;
}

/** A check and the rules that do not match where it does not hold. */
interface Requirement {
  readonly check: ColumnCheck;
  readonly rules: number[];
}

/**
 * Spares events the extraction of fields that no rule needs of them any more, as Falco does by asking each field only when
 * a condition comes to it. Most conditions are an `and` with checks of the same few columns: what a value of such a column
 * rules out is found once, and events that have it are then asked only for what the remaining rules read.
 */
export class Screen implements Screening {
  readonly ruleCount: number;
  readonly requests: readonly FieldRequest[];
  /** The columns in the order in which they are asked for: those that decide most rules first. */
  private readonly order: readonly number[];
  private readonly requirements: ReadonlyMap<number, readonly Requirement[]>;

  /** @param rules what the condition of each rule depends on; undefined for one that may read anything */
  constructor(
    private readonly rules: readonly (Dependence | undefined)[],
    private readonly columnSet: ColumnSet,
  ) {
    this.ruleCount = rules.length;
    this.requirements = requirementsOf(rules);
    const weight = (column: number) =>
      (this.requirements.get(column) ?? []).reduce((sum, requirement) => sum + requirement.rules.length, 0);
    this.order = [...columnSet.requests.keys()]
      .filter((column) => rules.some((rule) => !rule || rule.columns.has(column)))
      .sort((a, b) => weight(b) - weight(a));
    this.requests = this.order.map((column) => columnSet.requests[column] as FieldRequest);
  }

  load(batch: EventBatch, stream: StreamContext): ScreenedBatch {
    if (!batch.screen) {
      const columns = this.columnSet.load(batch, stream, new Set(this.order));
      return { columns, candidates: () => new Uint8Array(batch.count).fill(1) };
    }
    const screened: Screened = batch.screen(this);
    const columns = new Map(screened.columns.map((column, i) => [this.order[i] as number, column]));
    return { columns: this.columnSet.loaded(batch, stream, columns), candidates: screened.candidates };
  }

  readers(field: number): RuleSet {
    const set = this.noRules();
    const column = this.order[field] as number;
    this.rules.forEach((rule, i) => {
      if (!rule || rule.columns.has(column)) add(set, i);
    });
    return set;
  }

  possible(field: number, value: FieldValue): RuleSet {
    const set = this.noRules().fill(-1);
    for (const { check, rules } of this.requirements.get(this.order[field] as number) ?? []) {
      if (check.holds(value)) continue;
      for (const rule of rules) remove(set, rule);
    }
    return set;
  }

  private noRules(): RuleSet {
    return new Uint32Array(2 * Math.ceil(this.ruleCount / 64));
  }
}

/** The checks of each column, those that rules share once. */
function requirementsOf(rules: readonly (Dependence | undefined)[]): Map<number, Requirement[]> {
  const known = new Map<ColumnCheck, Requirement>();
  rules.forEach((rule, i) => {
    for (const check of rule?.required ?? []) {
      const requirement = known.get(check) ?? { check, rules: [] };
      requirement.rules.push(i);
      known.set(check, requirement);
    }
  });
  const columns = new Map<number, Requirement[]>();
  for (const requirement of known.values()) {
    const { column } = requirement.check;
    columns.set(column, [...(columns.get(column) ?? []), requirement]);
  }
  return columns;
}

function add(set: RuleSet, rule: number): void {
  set[rule >> 5] = (set[rule >> 5] as number) | (1 << (rule & 31));
}

function remove(set: RuleSet, rule: number): void {
  set[rule >> 5] = (set[rule >> 5] as number) & ~(1 << (rule & 31));
}
