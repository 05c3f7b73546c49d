import type { Constraint, Formula } from './formula.js';

/** How many clauses are told apart: conditions that people write have some dozens. */
const MOST_CLAUSES = 512;

/**
 * The clauses of a formula's disjunctive normal form, reduced to some of their constraints; each once. Undefined when there are
 * too many.
 */
export function clausesOf(
  formula: Formula,
  isWanted: (constraint: Constraint) => boolean = () => true,
): readonly (readonly Constraint[])[] | undefined {
  switch (formula.kind) {
    case 'constraint':
      return [isWanted(formula) ? [formula] : []];
    case 'any': {
      const parts = formula.parts.map((part) => clausesOf(part, isWanted));
      return bounded(parts.every((clauses) => clauses !== undefined) ? parts.flat() : undefined);
    }
    case 'all': {
      let clauses: readonly (readonly Constraint[])[] | undefined = [[]];
      for (const part of formula.parts) {
        const others = clausesOf(part, isWanted);
        if (!others || !clauses || clauses.length * others.length > MOST_CLAUSES) return undefined;
        clauses = bounded(clauses.flatMap((clause) => others.map((other) => [...clause, ...other])));
      }
      return clauses;
    }
  }
}

function bounded(
  clauses: readonly (readonly Constraint[])[] | undefined,
): readonly (readonly Constraint[])[] | undefined {
  if (!clauses) return undefined;
  const distinct = new Map(clauses.map((clause) => [clause.map(spelling).sort().join('\n'), clause]));
  return distinct.size > MOST_CLAUSES ? undefined : [...distinct.values()];
}

function spelling({ comparison, holds }: Constraint): string {
  return `${holds} ${comparison.key}`;
}
