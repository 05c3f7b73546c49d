import type { AlertRecord } from '#docktape/regression/alert-record.js';
import { FieldReader } from '#docktape/regression/judge/field-reader.js';
import { judgeCase } from '#docktape/regression/judge/judge-case.js';
import type { StreamAlerts } from '#docktape/regression/judge/judgement.js';
import { type PreparedCase, prepareCase } from '#docktape/regression/judge/prepare-case.js';
import { RuleBook } from '#docktape/regression/judge/rule-book.js';
import type { ExpectedAlert, TestCase } from '#docktape/regression/suite.js';
import { loadRulesFiles } from '#docktape/rules/load/load-files.js';
import { rule } from '../../rules/load-rules.js';
import { TEST_ORIGIN } from '../../rules/test-batch.js';

const texts = [
  rule('Shell', 'docker.action = sh', { priority: 'NOTICE' }),
  rule('Kill', 'docker.action = kill'),
  rule('Off', 'docker.action = off', { enabled: 'false' }),
  rule('Quiet', 'docker.action = quiet', { priority: 'DEBUG' }),
];

const { compiled } = loadRulesFiles([{ name: 'rules.yaml', text: texts.join('') }], TEST_ORIGIN, {
  appended: [],
  details: new Map(),
});

/** The rules Shell, Kill, Off (disabled) and Quiet (below the minimum priority). */
export const RULES = new RuleBook(compiled?.rules ?? [], 'Informational');

/** A place in the suite; each line is another thing. */
export function at(line: number) {
  return { file: 'my.suite.yaml', line, column: 3 };
}

/** An entry of `expect`, at line 10. */
export function entry(ruleName: string, more: Partial<ExpectedAlert> = {}): ExpectedAlert {
  const count = { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
  return { rule: ruleName, place: at(10), count, tags: [], fields: [], ...more };
}

/** A test of a field, at line 11. */
export function field(name: string, test: ExpectedAlert['fields'][number]['test']): ExpectedAlert['fields'][number] {
  return { field: name, place: at(11), test };
}

/** Exactly so many. */
export function exactly(count: number): ExpectedAlert['count'] {
  return { atLeast: count, atMost: count };
}

export interface CaseParts extends Partial<TestCase> {
  readonly alerts?: readonly ExpectedAlert[];
  readonly allowOther?: boolean;
}

/** A case at line 5 with one stream that nobody opens. */
export function testCase({ alerts = [], allowOther = false, ...more }: CaseParts = {}): TestCase {
  return {
    name: 'a case',
    place: at(5),
    streams: [{ kind: 'inline', events: [] }],
    expectation: { kind: 'alerts', alerts, allowOther },
    forbid: [],
    ...more,
  };
}

export function prepared(parts: CaseParts): PreparedCase {
  return prepareCase(testCase(parts), RULES, new FieldReader(TEST_ORIGIN));
}

/** An alert whose output names its rule and event. */
export function alert(ruleName: string, event: number, more: Partial<AlertRecord> = {}): AlertRecord {
  const output = `${ruleName} on ${event}`;
  const json = JSON.stringify({ event, output, rule: ruleName });
  return { rule: ruleName, priority: 'Notice', tags: [], output, fields: {}, time: 0n, event, json, ...more };
}

/** A stream of ten events with these alerts. */
export function stream(alerts: readonly AlertRecord[], name = 'night.db'): StreamAlerts {
  return { name, events: 10, alerts };
}

/** The judgements of a case on alerts of one stream, or of several. */
export function judge(parts: CaseParts, alerts: readonly AlertRecord[] | readonly StreamAlerts[]) {
  const streams = alerts.map((one) => ('alerts' in one ? one : undefined)).filter((one) => one !== undefined);
  const given = streams.length > 0 ? streams : [stream(alerts as readonly AlertRecord[])];
  return judgeCase(prepared(parts), given).judgements;
}
