import { printable } from '../../../rules/output/printable.js';
import { plural } from '../../../text/quantities.js';
import type { AlertChange, AlertChanges, ComparisonReport, RuleComparison } from '../../comparison.js';
import { type ChangeKind, othersLines } from '../others.js';
import { type JunitReport, type JunitTestCase, junitPlace, rulesCase, warningsText } from './model.js';

const CLASS_NAME = 'docktape.against';

/** One suite with a case for each rule, which fails when the rule lost alerts; what it gained and changed is its output. */
export function junitComparison({ before, rules, findings, seconds }: ComparisonReport): JunitReport {
  const output = warningsText(findings);
  const suite = {
    name: `rules against ${before}`,
    cases: [...rulesCase(findings, CLASS_NAME), ...rules.map(ruleCase)],
    ...(output === undefined ? {} : { output }),
  };
  return { suites: [suite], seconds };
}

function ruleCase({ rule, place, lost, gained, changed }: RuleComparison): JunitTestCase {
  const output = [...changesLines('gained', gained), ...changesLines('changed', changed)].join('\n');
  return {
    name: rule,
    className: CLASS_NAME,
    ...(place ? { place: junitPlace(place) } : {}),
    seconds: 0,
    outcome:
      lost.count === 0
        ? { kind: 'passed' }
        : {
            kind: 'failure',
            type: 'lost',
            message: `${plural(lost.count, 'alert')} lost`,
            text: changesLines('lost', lost).join('\n'),
          },
    ...(output === '' ? {} : { output }),
  };
}

function changesLines(kind: ChangeKind, { count, first }: AlertChanges): string[] {
  const more = count - first.length;
  return [...first.flatMap((change) => changeLines(kind, change)), ...(more > 0 ? [`… and ${more} more ${kind}`] : [])];
}

function changeLines(kind: ChangeKind, change: AlertChange): string[] {
  const { stream, line, before, after } = change;
  const lines = [
    `${kind}: ${stream}: ${line}`,
    ...(before === undefined ? [] : [`  before: ${before}`]),
    ...(after === undefined ? [] : [`  after: ${after}`]),
    ...othersLines(kind, change).map((text) => `  ${text}`),
  ];
  return lines.map(printable);
}
