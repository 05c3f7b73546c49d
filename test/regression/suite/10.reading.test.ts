import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { readSuite } from '#docktape/regression/suite/read-suite.js';
import { projectPath } from '../../support/docktape.js';
import { folderOf, suiteOf, withAlert, withCase } from './support/suite-files.js';

function caseOf(members: string) {
  const [testCase] = suiteOf(withCase(members)).cases;
  if (!testCase) throw new Error('there is no case');
  return testCase;
}

function alertOf(members: string) {
  const { expectation } = suiteOf(withAlert(members)).cases[0] ?? {};
  if (expectation?.kind !== 'alerts' || !expectation.alerts[0]) throw new Error('there is no alert');
  return expectation.alerts[0];
}

describe('a suite', () => {
  it('has rules and cases, and paths relative to itself', () => {
    const folder = folderOf({ 'tests/a.suite.yaml': withCase('capture: ../night.db\ngolden: night.jsonl') });
    const path = relative(process.cwd(), join(folder, 'tests/a.suite.yaml'));
    const suite = readSuite(path);
    const tests = join(path, '..');
    expect(suite).toEqual({
      path,
      rules: [join(tests, 'r.yaml')],
      settings: DEFAULT_SETTINGS,
      cases: [
        {
          name: 'c',
          place: { file: path, line: 3, column: 5 },
          streams: [{ kind: 'capture', path: join(tests, '../night.db'), selection: {} }],
          expectation: {
            kind: 'golden',
            path: join(tests, 'night.jsonl'),
            place: { file: path, line: 5, column: 13 },
          },
          forbid: [],
        },
      ],
    });
  });

  it('lists rules in order, and keeps absolute paths', () => {
    const text = withCase('capture: /var/a.db\nexpect: none').replace('r.yaml', '[b, /etc/falco/a.yaml, b]');
    const { path, rules, cases } = suiteOf(text);
    expect(rules).toEqual([join(path, '../b'), '/etc/falco/a.yaml', join(path, '../b')]);
    expect(cases[0]?.streams).toEqual([{ kind: 'capture', path: '/var/a.db', selection: {} }]);
  });

  it("has Falco's settings", () => {
    const settings = `settings:
  rule_matching: all
  priority: Info
  json_output: true
  json_include_output_property: false
  json_include_output_fields_property: false
  json_include_tags_property: false
  json_include_message_property: true
  time_format_iso_8601: true
  append_output:
    - match: {source: docker, tags: [a], rule: R}
      extra_output: 'on %evt.hostname'
      extra_fields: [docker.id, {x: '%docker.id'}]
      suggested_output: true
    - extra_output: '2'
`;
    expect(suiteOf(settings + withCase('capture: a\nexpect: none')).settings).toEqual({
      ruleMatching: 'all',
      priority: 'Informational',
      jsonOutput: true,
      jsonMembers: { output: false, outputFields: false, tags: false, message: true },
      timeFormatIso8601: true,
      appendOutput: [
        {
          source: 'docker',
          tags: ['a'],
          rule: 'R',
          format: 'on %evt.hostname',
          formattedFields: new Map([['x', '%docker.id']]),
          rawFields: ['docker.id'],
        },
        { tags: [], format: '2', formattedFields: new Map(), rawFields: [] },
      ],
    });
  });

  it('is the one that ships', () => {
    const suite = readSuite(projectPath('captures/docker_rules.suite.yaml'));
    expect(suite.rules).toEqual([projectPath('rules/docker_rules.yaml')]);
    expect(suite.cases.length).toBeGreaterThan(5);
  });

  it('must be there, and be UTF-8', () => {
    const folder = folderOf({ 'a.yaml': Buffer.from([0x61, 0xff]) });
    expect(() => readSuite(join(folder, 'b.yaml'))).toThrow(/^cannot read the suite .*b\.yaml: ENOENT/);
    expect(() => readSuite(join(folder, 'a.yaml'))).toThrow(/^the suite .*a\.yaml is not UTF-8 text: save it in/);
    mkdirSync(join(folder, 'c'));
    expect(() => readSuite(join(folder, 'c'))).toThrow(/^cannot read the suite .*c: EISDIR/);
  });
});

describe('a case', () => {
  it('has captures, each perhaps with a selection', () => {
    const { streams } = caseOf(`captures:
  - a.db
  - {path: b.db, session: last, since: 2024-05-01T12:00:00.000000001+02:00, until: 1714564800.123456789}
  - {path: a.db, session: 3, since: 0}
expect: none`);
    expect(streams.map((stream) => stream.kind === 'capture' && stream.selection)).toEqual([
      {},
      { session: 'last', since: 1714557600000000001n, until: 1714564800123456789n },
      { session: 3, since: 0n },
    ]);
  });

  it('may select from its only capture', () => {
    expect(caseOf('capture: {path: /a.db, session: 2}\nexpect: none').streams).toEqual([
      { kind: 'capture', path: '/a.db', selection: { session: 2 } },
    ]);
  });

  it('expects nothing and allows nothing with none', () => {
    expect(caseOf('capture: a\nexpect: none').expectation).toEqual({ kind: 'alerts', alerts: [], allowOther: false });
  });

  it('allows other alerts when it says so, and when it only forbids some', () => {
    expect(caseOf('capture: a\nexpect: [{rule: R}]\nallow_other: true').expectation).toMatchObject({
      allowOther: true,
    });
    expect(caseOf('capture: a\nexpect: none\nallow_other: false').expectation).toMatchObject({ allowOther: false });
    const { expectation, forbid, place } = caseOf('capture: a\nforbid: [R, "Q: x"]');
    expect(expectation).toEqual({ kind: 'alerts', alerts: [], allowOther: true });
    expect(forbid).toEqual([
      { rule: 'R', place: { ...place, line: 5, column: 14 } },
      { rule: 'Q: x', place: { ...place, line: 5, column: 17 } },
    ]);
  });

  it('may forbid besides, also a rule that is expected not to fire', () => {
    expect(caseOf('capture: a\ngolden: g\nforbid: [R]')).toMatchObject({
      expectation: { kind: 'golden' },
      forbid: [{ rule: 'R' }],
    });
    const { expectation } = caseOf('capture: a\nexpect: [{rule: R, count: 0}]\nforbid: [R]');
    expect(expectation).toMatchObject({ allowOther: false, alerts: [{ count: { atLeast: 0, atMost: 0 } }] });
  });

  it('may be skipped, or be known to fail', () => {
    expect(caseOf('capture: a\nexpect: none\nskip: no daemon')).toMatchObject({ skip: 'no daemon' });
    expect(caseOf('capture: a\nexpect: none\nknown_failure: see 12')).toMatchObject({ knownFailure: 'see 12' });
    const plain = caseOf('capture: a\nexpect: none');
    expect(['skip' in plain, 'knownFailure' in plain]).toEqual([false, false]);
  });
});

describe('an expected alert', () => {
  it('needs a rule only', () => {
    const { expectation, place } = caseOf('capture: a\nexpect:\n  - rule: Shell executed in container');
    expect(expectation).toEqual({
      kind: 'alerts',
      allowOther: false,
      alerts: [
        {
          rule: 'Shell executed in container',
          place: { ...place, line: 6, column: 9 },
          count: { atLeast: 1, atMost: Number.POSITIVE_INFINITY },
          tags: [],
          fields: [],
        },
      ],
    });
  });

  it.each<[string, number, number]>([
    ['2', 2, 2],
    ['0', 0, 0],
    ['0x10', 16, 16],
    ['{at_least: 2}', 2, Number.POSITIVE_INFINITY],
    ['{at_most: 2}', 0, 2],
    ['{at_most: 3, at_least: 3}', 3, 3],
    ['{at_least: 0}', 0, Number.POSITIVE_INFINITY],
  ])('counts %s', (count, atLeast, atMost) => {
    expect(alertOf(`count: ${count}`).count).toEqual({ atLeast, atMost });
  });

  it('has a priority in any case, tags, and an event', () => {
    expect(alertOf('priority: nOtice, tags: [b, a], event: 9007199254740991')).toMatchObject({
      priority: 'Notice',
      tags: ['b', 'a'],
      event: 9007199254740991,
    });
    expect(alertOf('priority: INFO').priority).toBe('Informational');
  });

  it.each([
    ['text', { kind: 'equals', value: 'text' }],
    ['"137"', { kind: 'equals', value: '137' }],
    ['{equals: text}', { kind: 'equals', value: 'text' }],
    ['{contains: id}', { kind: 'contains', text: 'id' }],
    ['{regex: ".*[[:digit:]]+é"}', { kind: 'regex', pattern: '.*[[:digit:]]+é' }],
    ['{regex: ""}', { kind: 'regex', pattern: '' }],
  ])('tests its output by %s', (output, expected) => {
    expect(alertOf(`output: ${output}`).output).toEqual(expected);
  });

  it('tests fields, each with its place', () => {
    const { fields, place } = alertOf(
      "fields: { docker.exec.command: sh, 'docker.attributes[oldName]': {absent: true} }",
    );
    expect(fields).toEqual([
      { field: 'docker.exec.command', place: { ...place, column: 34 }, test: { kind: 'equals', value: 'sh' } },
      { field: 'docker.attributes[oldName]', place: { ...place, column: 59 }, test: { kind: 'absent' } },
    ]);
  });

  it.each([
    ['137', 137n],
    ['-5', -5n],
    ['99999999999999999999', 99999999999999999999n],
    ['true', true],
    ['{equals: false}', false],
    ['""', ''],
    ['[a, 1, true]', ['a', 1n, true]],
    ['{equals: [a]}', ['a']],
    // YAML makes numbers of these, but the text is what is compared.
    ['1.10', '1.10'],
    ['012', '012'],
    ['0x10', '0x10'],
    ['+5', '+5'],
    ['12e456789012', '12e456789012'],
    ['.inf', '.inf'],
    ['no', 'no'],
    ['2024-05-01', '2024-05-01'],
    ['!!str 12', '12'],
  ])('compares a field with %s', (written, value) => {
    expect(alertOf(`fields: {f: ${written}}`).fields[0]?.test).toEqual({ kind: 'equals', value });
  });
});
