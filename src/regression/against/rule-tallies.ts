import type { CompiledRules } from '../../rules/load/compile-rules.js';
import { filePlace } from '../../rules/text/file-place.js';
import type { RuleComparison } from '../comparison.js';
import { RuleTally } from './rule-tally.js';

/** The rules of both sides. */
export interface LoadedSides {
  readonly before: Pick<CompiledRules, 'rules'>;
  readonly after: Pick<CompiledRules, 'rules'>;
}

/** A tally for every rule of either side: those that there are in their order, then those that are gone. */
export class RuleTallies {
  private readonly tallies = new Map<string, RuleTally>();

  /** @param sides none when rules do not load */
  constructor(sides: LoadedSides | undefined) {
    if (!sides) return;
    const former = namesOf(sides.before);
    for (const { definition } of sides.after.rules) {
      const { name, place } = definition;
      this.tallies.set(name, new RuleTally(name, former.has(name) ? 'kept' : 'added', filePlace(place)));
    }
    for (const name of former) {
      if (!this.tallies.has(name)) this.tallies.set(name, new RuleTally(name, 'removed', undefined));
    }
  }

  /** The tally of a rule of either side. */
  of(rule: string): RuleTally {
    const tally = this.tallies.get(rule);
    if (!tally) throw new Error(`neither side has the rule '${rule}'`);
    return tally;
  }

  results(): RuleComparison[] {
    return [...this.tallies.values()].map((tally) => tally.result());
  }
}

function namesOf({ rules }: LoadedSides['before']): Set<string> {
  return new Set(rules.map(({ definition }) => definition.name));
}
