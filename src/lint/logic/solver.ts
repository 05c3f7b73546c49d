import { conflictIn } from './conflict.js';
import type { Constraint, Formula, Junction } from './formula.js';
import type { Model } from './model.js';

/** Whether events can exist that meet formulas. */
export type Verdict =
  | { readonly kind: 'possible' }
  /** Certain. `conflict` is why the first of the alternatives is impossible; `alternatives` says whether there were more. */
  | { readonly kind: 'impossible'; readonly conflict: readonly Constraint[]; readonly alternatives: boolean }
  /** It would take too long to tell. */
  | { readonly kind: 'unknown' };

/** How many constraints are looked at for one verdict: conditions that people write take some hundreds. */
const MOST_STEPS = 40_000;

/** Asked of alternatives without a conflict: what else speaks against them. */
export type FurtherConflict = (constraints: readonly Constraint[]) => readonly Constraint[] | undefined;

/**
 * Decides whether formulas can hold together: goes through the clauses of their disjunctive normal form one by one, leaving out
 * at once those that begin with a conflict.
 */
export class Solver {
  private steps = 0;

  constructor(private readonly model: Model) {}

  solve(formulas: readonly Formula[], further: FurtherConflict = () => undefined): Verdict {
    this.steps = 0;
    return this.search(formulas, [], [], further);
  }

  /** Adds formulas to the constraints and to the choices that are still open, and decides about all of them. */
  private search(
    added: readonly Formula[],
    known: readonly Constraint[],
    open: readonly Junction[],
    further: FurtherConflict,
  ): Verdict {
    const constraints = [...known];
    const choices = [...open];
    for (const formula of added) spread(formula, constraints, choices);
    this.steps += constraints.length + 1;
    if (this.steps > MOST_STEPS) return { kind: 'unknown' };
    const conflict = conflictIn(constraints, this.model);
    if (conflict) return { kind: 'impossible', conflict, alternatives: false };
    const unmet = withoutMet(choices, constraints);
    const next = unmet.pop();
    if (next) return this.choose(next, constraints, unmet, further);
    const other = further(constraints);
    return other ? { kind: 'impossible', conflict: other, alternatives: false } : { kind: 'possible' };
  }

  private choose(
    choice: Junction,
    constraints: readonly Constraint[],
    open: readonly Junction[],
    further: FurtherConflict,
  ): Verdict {
    let first: readonly Constraint[] | undefined;
    for (const part of choice.parts) {
      const verdict = this.search([part], constraints, open, further);
      if (verdict.kind !== 'impossible') return verdict;
      first ??= verdict.conflict;
    }
    return { kind: 'impossible', conflict: first ?? [], alternatives: choice.parts.length > 1 };
  }
}

/** Takes a formula apart into constraints and choices. */
function spread(formula: Formula, constraints: Constraint[], choices: Junction[]): void {
  if (formula.kind === 'constraint') constraints.push(formula);
  else if (formula.kind === 'any') choices.push(formula);
  else for (const part of formula.parts) spread(part, constraints, choices);
}

/** The choices of which no alternative is among the constraints already. */
function withoutMet(choices: readonly Junction[], constraints: readonly Constraint[]): Junction[] {
  if (choices.length === 0) return [];
  const spelling = ({ comparison, holds }: Constraint) => `${holds} ${comparison.key}`;
  const known = new Set(constraints.map(spelling));
  return choices.filter(({ parts }) => !parts.some((part) => part.kind === 'constraint' && known.has(spelling(part))));
}
