import type { RuleObservation, TermObservation } from '../../rules/observe/observation.js';

/** Adds up what several streams, or suites with the same rules files, saw of rules: by a rule's name and place. */
export class ObservedRules {
  readonly #rules = new Map<string, RuleObservation>();

  add(observations: readonly RuleObservation[]): void {
    for (const observation of observations) {
      const key = ruleKey(observation);
      const known = this.#rules.get(key);
      this.#rules.set(key, known ? merged(known, observation) : observation);
    }
  }

  /** The rules in the order in which they were first added. */
  values(): RuleObservation[] {
    return [...this.#rules.values()];
  }
}

/** What a rule is told from others by. */
export function ruleKey({ rule, place }: Pick<RuleObservation, 'rule' | 'place'>): string {
  return JSON.stringify([rule, place.file, place.line, place.column]);
}

function merged(a: RuleObservation, b: RuleObservation): RuleObservation {
  return {
    ...a,
    fired: a.fired + b.fired,
    preempted: a.preempted + b.preempted,
    preemptedBy: sums(a.preemptedBy, b.preemptedBy),
    terms: mergedTerms(a.terms, b.terms),
  };
}

function sums(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) sum.set(name, (sum.get(name) ?? 0) + count);
  return Object.fromEntries(sum);
}

/**
 * Terms are the same at the same index, unless a suite has further rules files that change the rule: what is told apart by it
 * is kept apart.
 */
function mergedTerms(a: readonly TermObservation[], b: readonly TermObservation[]): TermObservation[] {
  const terms = keyedTerms(a);
  for (const [key, term] of keyedTerms(b)) {
    const known = terms.get(key);
    terms.set(key, known ? addedTerm(known, term) : term);
  }
  return [...terms.values()];
}

/** A term that a macro brings in twice stands twice with the same text and place. */
function keyedTerms(terms: readonly TermObservation[]): Map<string, TermObservation> {
  const keyed = new Map<string, TermObservation>();
  for (const term of terms) {
    const { text, place } = term;
    let time = 1;
    const key = () => JSON.stringify([text, place.file, place.line, place.column, time]);
    while (keyed.has(key())) time++;
    keyed.set(key(), term);
  }
  return keyed;
}

function addedTerm(a: TermObservation, b: TermObservation): TermObservation {
  return {
    ...a,
    whenTrue: a.whenTrue + b.whenTrue,
    whenFalse: a.whenFalse + b.whenFalse,
    absent: a.absent + b.absent,
  };
}
