import type { ExpectedEntry } from './expected-entry.js';
import { judgeEntry } from './judge-expected.js';
import { judgeForbidden } from './judge-forbidden.js';
import { judgeUnexpected } from './judge-unexpected.js';
import { byRule, type Judgement, type Sighting, type StreamAlerts } from './judgement.js';
import type { PreparedCase } from './prepare-case.js';

export interface CaseVerdict {
  /** None when the alerts are as the case says. */
  readonly judgements: readonly Judgement[];
  /** How many alerts each entry of `expect` fits. */
  readonly fitting: ReadonlyMap<ExpectedEntry, number>;
}

/** Holds the alerts of a case's streams against what it says. What a golden says of them is judged elsewhere. */
export function judgeCase(prepared: PreparedCase, streams: readonly StreamAlerts[]): CaseVerdict {
  const { testCase, entries } = prepared;
  const { expectation, forbid } = testCase;
  const sightings = byRule(streams);
  const judgements: Judgement[] = [];
  const counts = new Map<ExpectedEntry, number>();
  const told = new Set<Sighting>();
  for (const entry of entries) {
    const ofRule = sightings.get(entry.expected.rule) ?? [];
    const [fitting, unfit] = partition(ofRule, ({ alert }) => entry.fits(alert));
    const [others, misfits] = partition(unfit, (sighting) => fitsAny(entries, sighting));
    const judged = judgeEntry({ entry, fitting, others, misfits }, streams);
    judgements.push(...judged.judgements);
    for (const sighting of judged.told) told.add(sighting);
    counts.set(entry, fitting.length);
  }
  judgements.push(...judgeForbidden(prepared, sightings, streams));
  if (expectation.kind === 'alerts' && !expectation.allowOther) {
    const silenced = new Set(forbid.map(({ rule }) => rule));
    const open = [...sightings].filter(([rule]) => !silenced.has(rule));
    const isOther = (sighting: Sighting) => !told.has(sighting) && !fitsAny(entries, sighting);
    for (const [rule, ofRule] of open)
      judgements.push(...judgeUnexpected(rule, ofRule.filter(isOther), prepared, streams));
  }
  return { judgements, fitting: counts };
}

function fitsAny(entries: readonly ExpectedEntry[], { alert }: Sighting): boolean {
  return entries.some((entry) => entry.expected.rule === alert.rule && entry.fits(alert));
}

/** Those for which it holds, and those for which it does not. */
function partition<T>(items: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const item of items) parts[holds(item) ? 0 : 1].push(item);
  return parts;
}
