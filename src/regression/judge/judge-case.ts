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
  const fitting = new Map<ExpectedEntry, number>();
  const told = new Set<Sighting>();
  for (const entry of entries) {
    const ofRule = sightings.get(entry.expected.rule) ?? [];
    const misfits = ofRule.filter((sighting) => !fitsAny(entries, sighting));
    const result = { entry, fitting: ofRule.filter(({ alert }) => entry.fits(alert)), misfits };
    const judged = judgeEntry(result, streams);
    judgements.push(...judged.judgements);
    for (const sighting of judged.told) told.add(sighting);
    fitting.set(entry, result.fitting.length);
  }
  judgements.push(...judgeForbidden(prepared, sightings, streams));
  if (expectation.kind === 'alerts' && !expectation.allowOther) {
    const silenced = new Set(forbid.map(({ rule }) => rule));
    const open = [...sightings].filter(([rule]) => !silenced.has(rule));
    const isOther = (sighting: Sighting) => !told.has(sighting) && !fitsAny(entries, sighting);
    for (const [rule, ofRule] of open)
      judgements.push(...judgeUnexpected(rule, ofRule.filter(isOther), prepared, streams));
  }
  return { judgements, fitting };
}

function fitsAny(entries: readonly ExpectedEntry[], { alert }: Sighting): boolean {
  return entries.some((entry) => entry.expected.rule === alert.rule && entry.fits(alert));
}
