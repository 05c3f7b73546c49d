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
    const left = withoutSettled(choices, constraints);
    if ('conflict' in left) return { kind: 'impossible', conflict: left.conflict, alternatives: false };
    const next = left.open.pop();
    if (next) return this.choose(next, constraints, left.open, further);
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

/**
 * The choices that are still to be made, the smallest last: those of which an alternative holds already are not, and alternatives
 * that begin with the contrary of what is known are none. A choice without any alternative left is a conflict.
 */
function withoutSettled(
  choices: readonly Junction[],
  constraints: readonly Constraint[],
): { readonly open: Junction[] } | { readonly conflict: readonly Constraint[] } {
  if (choices.length === 0) return { open: [] };
  const known = new Map(constraints.map((constraint) => [constraint.comparison.key, constraint]));
  const open: Junction[] = [];
  for (const { kind, parts } of choices) {
    const met = parts.some(
      (part) =>
        isStated(part) && statedIn(part).every(({ comparison, holds }) => known.get(comparison.key)?.holds === holds),
    );
    if (met) continue;
    let conflict: readonly Constraint[] = [];
    const left = parts.filter((part) => {
      const contrary = statedIn(part).find(({ comparison, holds }) => known.get(comparison.key)?.holds === !holds);
      if (contrary && conflict.length === 0) conflict = [known.get(contrary.comparison.key) as Constraint, contrary];
      return !contrary;
    });
    if (left.length === 0) return { conflict };
    open.push({ kind, parts: left });
  }
  return { open: open.sort((a, b) => b.parts.length - a.parts.length) };
}

/** The constraints that a formula states outright. */
function statedIn(formula: Formula): readonly Constraint[] {
  if (formula.kind === 'constraint') return [formula];
  return formula.kind === 'all' ? formula.parts.filter((part) => part.kind === 'constraint') : [];
}

/** Whether those constraints are all that it says. */
function isStated(formula: Formula): boolean {
  return (
    formula.kind === 'constraint' ||
    (formula.kind === 'all' && formula.parts.every(({ kind }) => kind === 'constraint'))
  );
}
