import { describe, expect, it } from 'vitest';
import { detailsOf, problemsOf, suiteOf, withCase } from './support/suite-files.js';

const COUNT = 'count is a whole number, or a mapping with at_least and at_most';
const CASE_KEYS = 'name, capture, captures, events, expect, golden, forbid, allow_other, skip, known_failure';
const TIMES = 'write RFC 3339 (2024-05-01T12:00:00.5Z) or Unix seconds (1714564800.5)';
const PRIORITIES = 'a priority is one of emergency alert critical error warning notice informational debug';
const RULES = 'rules names a file or folder, or lists some';
const EXPECT = 'expect is a list of alerts, or the word none';

const good = withCase('capture: a.db\nexpect: none');

/** A good suite with one more line at its end, which is the sixth. */
function withLine(line: string): string {
  return `${good}${line}\n`;
}

describe('a suite', () => {
  it.each<[string, string, string[]]>([
    ['an unknown key', withLine('color: red'), ["6:1 unknown key 'color'; a suite has rules, settings, cases"]],
    [
      'a misspelt key',
      withLine('seting: {}'),
      ["6:1 unknown key 'seting'; did you mean settings?; a suite has rules, settings, cases"],
    ],
    ['nothing in it', '{}', ["1:1 a suite needs the key 'rules'", "1:1 a suite needs the key 'cases'"]],
    ['no rules', good.replace(/^rules.*\n/, ''), ["1:1 a suite needs the key 'rules'"]],
    ['an empty list of rules', good.replace('r.yaml', '[]'), [`1:8 ${RULES}`]],
    ['an empty path', good.replace('r.yaml', '""'), [`1:8 ${RULES}`]],
    ['rules as a mapping', good.replace('r.yaml', '{a: b}'), [`1:8 ${RULES}`]],
    [
      'a number among rules',
      good.replace('r.yaml', '[a, 5]'),
      ['1:12 each element of rules is the path of a file or folder: put quotes around 5'],
    ],
    ['no cases', 'rules: a\ncases: []\n', ['2:8 cases is a list with at least one case']],
    ['cases as a mapping', 'rules: a\ncases: {name: c}\n', ['2:8 cases is a list with at least one case']],
    ['a case that is a text', 'rules: a\ncases: [c]\n', ['2:9 a case is a mapping that begins with name']],
    [
      'settings as a list',
      withLine('settings: [a]'),
      ["6:11 settings is a mapping of Falco's settings to their values"],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('settings', () => {
  it.each<[string, string, string]>([
    [
      'an unknown one',
      'rule_matchin: all',
      "6:12 unknown key 'rule_matchin'; did you mean rule_matching?; settings has rule_matching, priority, json_output, " +
        'json_include_output_property, json_include_output_fields_property, json_include_tags_property, ' +
        'json_include_message_property, time_format_iso_8601, append_output',
    ],
    ['rule_matching', 'rule_matching: any', '6:27 rule_matching is first or all'],
    [
      'priority',
      'priority: grave',
      '6:22 priority: must be one of emergency alert critical error warning notice informational debug',
    ],
    ['priority as a number', 'priority: 3', `6:22 ${PRIORITIES}: put quotes around 3`],
    ['json_output', 'json_output: yes', '6:25 the value is true or false'],
    ['json_include_output_property', 'json_include_output_property: 1', '6:42 the value is true or false'],
    [
      'json_include_output_fields_property',
      'json_include_output_fields_property: 1',
      '6:49 the value is true or false',
    ],
    ['json_include_tags_property', 'json_include_tags_property: 1', '6:40 the value is true or false'],
    ['json_include_message_property', 'json_include_message_property: 1', '6:43 the value is true or false'],
    ['time_format_iso_8601', 'time_format_iso_8601: "true"', '6:34 the value is true or false'],
    ['append_output', 'append_output: x', '6:27 append_output is a list of entries'],
    [
      'an entry',
      'append_output: [x]',
      '6:28 an entry of append_output is a mapping with match, extra_output, extra_fields or suggested_output',
    ],
    [
      "an entry's key",
      'append_output: [{extra: x}]',
      "6:29 unknown key 'extra'; an entry of append_output has match, extra_output, extra_fields, suggested_output",
    ],
    ['match', 'append_output: [{match: x}]', '6:36 match is a mapping with source, tags or rule'],
    [
      "match's key",
      'append_output: [{match: {tag: x}}]',
      "6:37 unknown key 'tag'; did you mean tags?; match has source, tags, rule",
    ],
    ["match's source", 'append_output: [{match: {source: []}}]', '6:45 source is the name of an event source'],
    ["match's tags", 'append_output: [{match: {tags: x}}]', '6:43 tags is a list of texts, such as [container, shell]'],
    ["match's rule", 'append_output: [{match: {rule: 5}}]', '6:43 a rule is named by a text: put quotes around 5'],
    ['extra_output', 'append_output: [{extra_output: [x]}]', '6:43 extra_output is a text with %fields'],
    ['extra_fields', 'append_output: [{extra_fields: x}]', '6:43 extra_fields is a list'],
    [
      'an extra field',
      'append_output: [{extra_fields: [{a: b, c: d}]}]',
      '6:44 an element of extra_fields is the name of a field, or one key with a text with %fields',
    ],
    [
      "an extra field's text",
      'append_output: [{extra_fields: [{a: [b]}]}]',
      '6:48 an element of extra_fields is the name of a field, or one key with a text with %fields',
    ],
    [
      'an extra field twice',
      'append_output: [{extra_fields: [a, {a: b}]}]',
      "6:27 append_output: entry 1: extra_fields has 'a' twice",
    ],
    ['suggested_output', 'append_output: [{suggested_output: x}]', '6:47 the value is true or false'],
  ])('%s', (_, setting, problem) => {
    expect(problemsOf(withLine(`settings: {${setting}}`))).toEqual([problem]);
  });
});

describe('a case', () => {
  it.each<[string, string, string[]]>([
    [
      'an unknown key',
      'capture: a\nexpect: none\nevnets: x',
      [`6:5 unknown key 'evnets'; did you mean events?; a case has ${CASE_KEYS}`],
    ],
    [
      'a key of its events that is misspelt',
      'captur: a\nexpect: none',
      [`4:5 unknown key 'captur'; did you mean capture?; a case has ${CASE_KEYS}`],
    ],
    ['no events', 'expect: none', ['3:5 a case needs events: give it capture, captures or events']],
    ['nothing to happen', 'capture: a', ['3:5 a case must say what is to happen: give it expect, golden or forbid']],
    [
      'allow_other alone',
      'capture: a\nallow_other: true',
      [
        '3:5 a case must say what is to happen: give it expect, golden or forbid',
        '5:5 allow_other goes with expect: there is none in this case',
      ],
    ],
    [
      'allow_other without expect',
      'capture: a\ngolden: g\nallow_other: true',
      ['6:5 allow_other goes with expect: there is none in this case'],
    ],
    [
      'allow_other with forbid',
      'allow_other: true\ncapture: a\nforbid: [R]',
      ['4:5 allow_other goes with expect: there is none in this case'],
    ],
    [
      'capture and captures',
      'captures: [a]\ncapture: a\nexpect: none',
      ['4:5 a case has capture or captures, not both: list all under captures'],
    ],
    [
      'capture and events',
      'capture: a\nevents: [{}]\nexpect: none',
      ['5:5 a case has capture or events, not both: make two cases of it'],
    ],
    [
      'captures and events',
      'captures: [a]\nevents: [{}]\nexpect: none',
      ['5:5 a case has captures or events, not both: make two cases of it'],
    ],
    [
      'expect and golden',
      'capture: a\ngolden: g\nexpect: none',
      ['5:5 a case has expect or golden, not both: a golden says exactly which alerts come'],
    ],
    [
      'skip and known_failure',
      'capture: a\nexpect: none\nknown_failure: x\nskip: y',
      ['6:5 a case has skip or known_failure, not both: what is not run cannot fail'],
    ],
    ['an empty list of captures', 'captures: []\nexpect: none', ['4:15 captures is a list with at least one capture']],
    ['captures as a text', 'captures: a\nexpect: none', ['4:15 captures is a list with at least one capture']],
    ['an empty list of events', 'events: []\nexpect: none', ['4:13 events is a list with at least one event']],
    [
      'events as a mapping',
      'events: {Type: container}\nexpect: none',
      ['4:13 events is a list with at least one event'],
    ],
    ['expect as another word', 'capture: a\nexpect: None', [`5:13 ${EXPECT}`]],
    ['expect as an empty list', 'capture: a\nexpect: []', [`5:13 ${EXPECT}`]],
    ['expect as a mapping', 'capture: a\nexpect: {rule: R}', [`5:13 ${EXPECT}`]],
    ['golden as a list', 'capture: a\ngolden: [g]', ['5:13 the path of a file is wanted here']],
    ['golden as nothing', 'capture: a\ngolden:', ['5:5 the path of a file is wanted here']],
    ['forbid as a text', 'capture: a\nforbid: R', ['5:13 forbid is a list of rules, such as [Container killed]']],
    [
      'forbid as an empty list',
      'capture: a\nforbid: []',
      ['5:13 forbid is a list of rules, such as [Container killed]'],
    ],
    ['a forbidden number', 'capture: a\nforbid: [5]', ['5:14 a rule is named by a text: put quotes around 5']],
    [
      'what is expected and forbidden',
      'capture: a\nexpect: [{rule: R}]\nforbid: [Q, R]',
      ["6:17 'R' is forbidden here, but expected in line 5"],
    ],
    ['allow_other as a text', 'capture: a\nexpect: none\nallow_other: yes', ['6:18 the value is true or false']],
    [
      'skip without a reason',
      'capture: a\nexpect: none\nskip: true',
      ['6:11 the reason is wanted here, as a text: put quotes around true'],
    ],
    [
      'known_failure without a reason',
      'capture: a\nexpect: none\nknown_failure: ""',
      ['6:20 the reason is wanted here, as a text'],
    ],
  ])('%s', (_, members, problems) => {
    expect(problemsOf(withCase(members))).toEqual(problems);
  });

  it('has a name that is a text, and unique', () => {
    expect(problemsOf(withLine('  - {capture: a, expect: none}'))).toEqual(["6:5 a case needs the key 'name'"]);
    expect(problemsOf(withLine('  - {name: 5, capture: a, expect: none}'))).toEqual([
      '6:12 the name of a case is a text: put quotes around 5',
    ]);
    expect(problemsOf(withLine('  - {name: "", capture: a, expect: none}'))).toEqual([
      '6:12 the name of a case is a text',
    ]);
    expect(problemsOf(withLine('  - {skip: x, name: c, capture: a, expect: none}'))).toEqual([
      "6:21 there is a case 'c' already, in line 3: names are unique",
    ]);
  });
});

it.each([
  ['a rule', '- list: l\n  items: []\n- rule: R\n'],
  ['a macro', '- macro: m\n  condition: x\n'],
  ['what it requires', '# rules\n- required_engine_version: 0.40.0\n'],
])('is told from a rules file, by %s', (_, text) => {
  expect(detailsOf(text)).toMatch(
    /^s\.yaml:\d:1: these are rules, not a suite: write a suite that has them under rules; `docktape test --init CAPTURE -r s\.yaml` writes a first one\n/,
  );
});

describe('cases that prove nothing', () => {
  const anything = 'this case would pass whatever the rules say: expect an alert at least once, or forbid some';

  it.each<[string, string, string[]]>([
    [
      'silence that allows alerts',
      'capture: a\nexpect: none\nallow_other: true',
      ['6:18 expect: none wants silence, and allow_other allows alerts: leave out one of them'],
    ],
    [
      'any number of alerts, and any others',
      'capture: a\nallow_other: true\nexpect: [{rule: R, count: {at_least: 0}}, {rule: Q, count: {at_least: 0}}]',
      [`5:18 ${anything}`],
    ],
  ])('%s', (_, members, problems) => {
    expect(problemsOf(withCase(members))).toEqual(problems);
  });

  it.each([
    ['nothing more is allowed', 'expect: [{rule: R, count: {at_least: 0}}]'],
    ['one alert must come', 'expect: [{rule: R, count: {at_least: 0}}, {rule: Q}]\nallow_other: true'],
    ['not too many may come', 'expect: [{rule: R, count: {at_most: 2}}]\nallow_other: true'],
    ['a rule is forbidden', 'expect: [{rule: R, count: {at_least: 0}}]\nallow_other: true\nforbid: [Q]'],
  ])('are not those in which %s', (_, members) => {
    expect(suiteOf(withCase(`capture: a\n${members}`)).cases).toHaveLength(1);
  });
});

describe('an event number', () => {
  const members = (captures: string) => `captures: ${captures}\nexpect: [{rule: R}, {rule: R, event: 7}]`;

  it('is that of one capture', () => {
    expect(problemsOf(withCase(members('[a.db, b.db]')))).toEqual([
      '5:42 an event number is that of one capture, and this case has several: make a case of each',
    ]);
  });

  it('is told apart by sessions of one capture', () => {
    const captures = '[{path: a.db, session: 1}, {path: ./a.db, session: 2}]';
    expect(suiteOf(withCase(members(captures))).cases).toHaveLength(1);
  });
});

it('has a golden for each case', () => {
  const text = `rules: r
cases:
  - {name: a, capture: a, golden: g/a.jsonl}
  - {name: b, capture: b, golden: g/b.jsonl}
  - {name: c, capture: a, golden: g/../g/a.jsonl, skip: x}
`;
  expect(problemsOf(text)).toEqual([
    '5:35 the golden is that of the case in line 3 already: give each case a file of its own',
  ]);
});

it('tells all problems, in the order of the file, each with its line', () => {
  expect(
    detailsOf(`cases:
  - nmae: a
    captures: [{path: a, since: 10m}]
    expect: [{rule: R, count: few}]
  - name: b
    events: [{Type: 5}]
ruels: x
`),
  ).toBe(`s.yaml:2:5: unknown key 'nmae'; did you mean name?; a case has ${CASE_KEYS}
    - nmae: a
      ^
s.yaml:4:31: ${COUNT}
      expect: [{rule: R, count: few}]
                                ^
s.yaml:5:5: a case must say what is to happen: give it expect, golden or forbid
    - name: b
      ^
s.yaml:6:21: Docker sends this as a text: put quotes around 5
      events: [{Type: 5}]
                      ^
s.yaml:7:1: unknown key 'ruels'; did you mean rules?; a suite has rules, settings, cases
  ruels: x
  ^`);
});

it('shows the first twenty problems, and counts the others', () => {
  const lines = detailsOf(withLine(Array.from({ length: 23 }, (_, i) => `k${i}: 1`).join('\n'))).split('\n');
  expect(lines).toHaveLength(20 * 3 + 1);
  expect(lines.slice(-4)).toEqual([
    "s.yaml:25:1: unknown key 'k19'; a suite has rules, settings, cases",
    '  k19: 1',
    '  ^',
    '… and 3 more',
  ]);
});

it('stays in one line, whatever is quoted', () => {
  expect(problemsOf(withLine('"a\\nb\\e": 1'))).toEqual([
    "6:1 unknown key 'a\\nb\\u001b'; a suite has rules, settings, cases",
  ]);
});

it('tells all that the schema cannot see', () => {
  expect(
    problemsOf(`rules: r
cases:
  - name: a
    capture: {path: a, since: 10m}
    expect: [{rule: R, priority: x, fields: {a: &x {regex: '('}, b: {<<: *x}}}]
  - {name: a, events: ['[]'], expect: none}
`),
  ).toEqual([
    `4:31 '10m' is an age, which is another time in every run of the test: ${TIMES}`,
    `5:34 ${PRIORITIES}`,
    "5:60 not a regular expression in RE2's POSIX syntax: missing ): (",
    "6:12 there is a case 'a' already, in line 3: names are unique",
    '6:24 an event is a JSON object: {"Type":…}',
  ]);
});
