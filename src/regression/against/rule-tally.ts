import type { FilePlace } from '../../rules/text/file-place.js';
import type { AlertChange, AlertChanges, RuleComparison } from '../comparison.js';
import type { AlertPair } from './alert-differences.js';

/** How many alerts of a rule and kind are kept. Counts go on. */
const KEPT = 100;

/** What two sides say otherwise by one rule, added up. */
export class RuleTally {
  private same = 0;
  private readonly changes: Record<
    'lost' | 'gained' | 'changed',
    AlertChanges & { count: number; first: AlertChange[] }
  > = { lost: noChanges(), gained: noChanges(), changed: noChanges() };

  constructor(
    private readonly rule: string,
    private readonly state: RuleComparison['state'],
    private readonly place: FilePlace | undefined,
  ) {}

  /** @param describe makes the record of a difference; it is called only for those that are kept */
  add(kind: AlertPair['kind'], describe: () => AlertChange): void {
    if (kind === 'same') {
      this.same++;
      return;
    }
    const changes = this.changes[kind];
    changes.count++;
    if (changes.first.length < KEPT) changes.first.push(describe());
  }

  result(): RuleComparison {
    const { rule, state, place, same } = this;
    return { rule, state, ...(place === undefined ? {} : { place }), same, ...this.changes };
  }
}

function noChanges(): { count: number; first: AlertChange[] } {
  return { count: 0, first: [] };
}
