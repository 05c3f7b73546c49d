import type { Comparison, Comparisons } from '../logic/comparison.js';
import { conflictIn } from '../logic/conflict.js';
import type { Constraint } from '../logic/formula.js';
import type { Model } from '../logic/model.js';
import { EVENT_KINDS, type EventKind, verbOf } from './event-kinds.js';

/** A kind of event as constraints on the fields that say it. */
export interface KnownKind {
  readonly kind: EventKind;
  readonly constraints: readonly Constraint[];
}

/** Docker's events, as far as they are known, for conditions to be held against. */
export class KnownEvents {
  readonly kinds: readonly KnownKind[];
  private readonly status: number | undefined;
  /** The columns that the kind of an event decides. */
  private readonly decided: ReadonlySet<number | undefined>;
  private readonly statusOf: ReadonlyMap<EventKind, readonly Constraint[]>;
  private readonly verdicts = new Map<string, boolean>();

  constructor(
    comparisons: Comparisons,
    private readonly model: Model,
  ) {
    const parsed = (texts: readonly string[]) => texts.flatMap((text) => constraintOf(comparisons.parse(text)));
    this.kinds = EVENT_KINDS.map((kind) => ({ kind, constraints: parsed(conditionsOf(kind)) }));
    this.statusOf = new Map(EVENT_KINDS.map((kind) => [kind, parsed([actionCondition('docker.status', kind)])]));
    this.status = comparisons.columnOf('docker.status');
    const names = ['docker.type', 'docker.action', 'docker.action.verb', 'docker.action.detail', 'docker.status'];
    this.decided = new Set(names.map((name) => comparisons.columnOf(name)));
  }

  /** The constraints on what kind of event it is, when no known kind meets them: for a solver to ask. */
  readonly conflict = (constraints: readonly Constraint[]): readonly Constraint[] | undefined => {
    const relevant = constraints.flatMap((constraint) => this.relevant(constraint));
    if (!relevant.some(({ holds }) => holds)) return undefined;
    const key = relevant.map(({ comparison, holds }) => `${holds} ${comparison.key}`).join('\n');
    const known = this.verdicts.get(key) ?? this.kinds.some((kind) => this.fits(kind, relevant));
    this.verdicts.set(key, known);
    return known ? undefined : relevant;
  };

  private fits({ kind, constraints }: KnownKind, relevant: readonly Constraint[]): boolean {
    const status = relevant.some(({ comparison }) => comparison.columns[0] === this.status)
      ? (this.statusOf.get(kind) ?? [])
      : [];
    return !conflictIn([...relevant, ...constraints, ...status], this.model);
  }

  /**
   * What a constraint says of the kind of event: itself, or what follows from it. That docker.status is absent is no surprise, so
   * only what needs it counts.
   */
  private relevant(constraint: Constraint): Constraint[] {
    const { comparison, holds } = constraint;
    const { columns } = comparison;
    if (columns.length > 0 && columns.every((column) => this.decided.has(column))) {
      return holds || !columns.includes(this.status as number) ? [constraint] : [];
    }
    if (!holds) return [];
    return columns.flatMap((column) =>
      this.model
        .implied(column)
        .map((implied) => ({ kind: 'constraint' as const, comparison: implied, holds, source: constraint })),
    );
  }
}

function conditionsOf(kind: EventKind): string[] {
  const { type, action } = kind;
  const verb = action.endsWith(': ') ? [`docker.action.verb = ${verbOf(action)}`] : [];
  return [`docker.type = ${type}`, actionCondition('docker.action', kind), ...verb];
}

function actionCondition(field: string, { action }: EventKind): string {
  return `${field} ${action.endsWith(': ') ? 'startswith' : '='} "${action}"`;
}

function constraintOf(comparison: Comparison | undefined): Constraint[] {
  return comparison ? [{ kind: 'constraint', comparison, holds: true }] : [];
}
