import { describe, expect, it } from 'vitest';
import { detailsOf, problemsOf, suiteOf, withAlert, withCase } from './support/suite-files.js';

describe('YAML', () => {
  it('has anchors, aliases and merge keys', () => {
    const { cases } = suiteOf(`rules: r.yaml
cases:
  - &first
    name: a
    events: &events
      - Type: container
        Action: start
        Actor: &web {ID: c0ffee, Attributes: &attributes {name: web, image: nginx}}
      - {Type: container, Action: die, Actor: {<<: *web, Attributes: {<<: *attributes, exitCode: '3', name: other}}}
    expect: none
  - <<: *first
    name: b
  - <<: [{skip: x}, *first, {skip: y, name: z}]
    name: c
  - {name: d, events: *events, expect: none}
`);
    const [a, b, c, d] = cases;
    expect(cases.map(({ name, skip }) => [name, skip])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', 'x'],
      ['d', undefined],
    ]);
    expect([b, c, d].map((each) => each?.streams)).toEqual([a?.streams, a?.streams, a?.streams]);
    const [stream] = a?.streams ?? [];
    expect(stream?.kind === 'inline' && JSON.parse(stream.events[1]?.payload ?? '').Actor).toEqual({
      ID: 'c0ffee',
      Attributes: { name: 'other', image: 'nginx', exitCode: '3' },
    });
  });

  it('lets an anchor mean something else from its next definition on', () => {
    const { cases } = suiteOf(
      withCase(`capture: a
expect:
  - {rule: &r R, fields: &f {x: &v one, y: *v}}
  - {rule: *r, fields: {x: &v two, y: *v}}
  - {rule: *r, fields: *f}
  - {rule: *v, fields: {x: *v}}`),
    );
    const expectation = cases[0]?.expectation;
    const tests =
      expectation?.kind === 'alerts' && expectation.alerts.map(({ fields }) => fields.map(({ test }) => test));
    const is = (value: string) => ({ kind: 'equals', value });
    expect(tests).toEqual([[is('one'), is('one')], [is('two'), is('two')], [is('one'), is('one')], [is('two')]]);
  });

  it('may have a byte order mark, CRLF, comments, and everything in one line', () => {
    const text = withCase('capture: a\nexpect: none');
    const crlf = suiteOf(Buffer.from(`\ufeff# a suite\r\n${text.replaceAll('\n', '\r\n')}`));
    expect(crlf.cases[0]).toMatchObject({ name: 'c', place: { line: 4, column: 5 } });
    expect(suiteOf('{rules: r, cases: [{name: c, capture: a, expect: none}]}').cases[0]?.name).toBe('c');
    expect(
      suiteOf(JSON.stringify({ rules: 'r', cases: [{ name: 'é', capture: 'a', expect: 'none' }] })).cases[0],
    ).toMatchObject({ name: 'é', place: { line: 1, column: 23 } });
  });

  it('is not merged by a quoted key', () => {
    expect(problemsOf(withCase('"<<": {capture: a}\ncapture: a\nexpect: none'))).toEqual([
      "4:5 unknown key '<<'; a case has name, capture, captures, events, expect, golden, forbid, allow_other, skip, " +
        'known_failure',
    ]);
  });
});

describe('places', () => {
  it('count characters, not bytes or code units', () => {
    expect(detailsOf(withAlert('fields: {"é😀": x}, ount: 1'))).toBe(
      [
        "s.yaml:5:43: unknown key 'ount'; did you mean count?; an entry of expect has rule, count, priority, tags, output, " +
          'fields, event',
        '      expect: [{rule: R, fields: {"é😀": x}, ount: 1}]',
        '                                            ^',
      ].join('\n'),
    );
  });

  it('keep tabs, so that the caret stands right whatever a tab is', () => {
    expect(detailsOf(withCase('capture:\t\ta\nexpect:\t[{rule:\tR,\tcount: x}]'))).toBe(
      [
        's.yaml:5:31: count is a whole number, or a mapping with at_least and at_most',
        '      expect:\t[{rule:\tR,\tcount: x}]',
        '             \t       \t  \t       ^',
      ].join('\n'),
    );
  });

  it('are the same with CRLF', () => {
    expect(detailsOf(withCase('capture: a\nexpect: nothing').replaceAll('\n', '\r\n'))).toBe(
      's.yaml:5:13: expect is a list of alerts, or the word none\n      expect: nothing\n              ^',
    );
  });

  it('show a part of a long line', () => {
    const long = 'x'.repeat(200);
    expect(detailsOf(withAlert(`output: ${long}, count: -1, tags: [${long}]`))).toBe(
      [
        's.yaml:5:241: count is a whole number, or a mapping with at_least and at_most',
        `  …${'x'.repeat(81)}, count: -1, tags: [${'x'.repeat(79)}…`,
        `   ${' '.repeat(90)}^`,
      ].join('\n'),
    );
  });

  it('are of the alias for what is wrong as a whole, and of the text for its parts', () => {
    expect(
      problemsOf(`rules: &r r.yaml
cases:
  - &c {name: c, capture: a, expect: [{rule: R, count: x}]}
  - {<<: *c, name: d, forbid: *r}
`),
    ).toEqual([
      '3:56 count is a whole number, or a mapping with at_least and at_most',
      '4:31 forbid is a list of rules, such as [Container killed]',
    ]);
  });

  it('are of the key for a value that is not there', () => {
    expect(problemsOf('rules:\ncases:\n  - name:\n    capture: a\n    expect:\n')).toEqual([
      '1:1 rules names a file or folder, or lists some',
      '3:5 the name of a case is a text',
      '5:5 expect is a list of alerts, or the word none',
    ]);
  });
});

describe('what is not YAML, or too much of it', () => {
  it.each<[string, string, string]>([
    [
      'a colon and a blank inside of a text',
      withCase('events:\n  - {Action: a}\nskip: exec_start: sh'),
      "6:11 not valid YAML: a second ': ' in one line, or a line that is indented too far; a text with ': ' in it needs quotes",
    ],
    [
      'an open bracket',
      'rules: [a\n',
      '1:10 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['an unknown escape', 'rules: "\\q"\n', '1:9 not valid YAML: Invalid escape sequence \\q'],
    [
      'a second document',
      'rules: a\n---\nrules: b\n',
      '2:1 not valid YAML: a suite is one YAML document: give the next one a file of its own',
    ],
    ['an unknown tag', 'rules: !file a\n', '1:8 not valid YAML: Unresolved tag: !file'],
    [
      'a percent sign at the start',
      'rules: %a\n',
      '1:8 not valid YAML: Plain value cannot start with directive indicator character %',
    ],
    ['an alias without an anchor', 'rules: *a\ncases: []\n', '1:8 there is no anchor &a before this alias'],
    ['an alias before its anchor', '{rules: *a, cases: &a [x]}\n', '1:9 there is no anchor &a before this alias'],
    ['an alias inside of its anchor', 'rules: &a [b, *a]\n', '1:15 *a stands inside of what it stands for'],
    [
      'a merge of no mapping',
      'x: &x [1]\n<<: [{y: 1}, *x]\n',
      '2:14 << takes the keys of a mapping: write <<: *ANCHOR',
    ],
    ['a list as a key', '[a]: b\n', '1:1 a key must be a text, not a list or a mapping'],
    ['a key twice', 'rules: a\ncases: []\n"rules": b\n', "3:1 the key 'rules' is there twice, first in line 1"],
    [
      'a number and its text as keys',
      withAlert('fields: {"1": a, 1: b}'),
      "5:41 the key '1' is there twice, first in line 5",
    ],
    ['an empty file', '', '1:1 a suite is a mapping with the keys rules and cases'],
    ['a list', '- a\n', '1:1 a suite is a mapping with the keys rules and cases'],
    ['a text', 'suite', '1:1 a suite is a mapping with the keys rules and cases'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('tabs for indentation', () => {
    expect(detailsOf('rules: a\ncases:\n\t- name: c\n')).toBe(
      's.yaml:3:1: not valid YAML: Tabs are not allowed as indentation\n  \t- name: c\n  ^',
    );
  });

  it('several keys twice, and what they are in', () => {
    expect(problemsOf(withAlert('count: 1, rule: Q, fields: {a: 1, a: 2}'))).toEqual([
      "5:34 the key 'rule' is there twice, first in line 5",
      "5:58 the key 'a' is there twice, first in line 5",
    ]);
  });

  it('aliases that stand for very much', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i}: &l${i} [${i === 0 ? 'x' : `*l${i - 1}, *l${i - 1}`}]\n`,
    );
    const [problem, ...others] = problemsOf(levels.join(''));
    expect(problem).toMatch(/ the aliases stand for over 100000 values: use fewer$/);
    expect(others).toEqual([]);
  });

  it('deep nesting', () => {
    const nested = (depth: number) => `rules: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;
    const [problem, ...others] = detailsOf(nested(101)).split('\n');
    expect(problem).toBe('s.yaml:1:107: nested over 100 levels deep');
    expect(others).toHaveLength(2);
    expect(detailsOf(nested(20_000))).toMatch(
      /^s\.yaml:1:\d+: not valid YAML: its lists and mappings are nested too deep/,
    );
  });

  it('deep nesting by aliases', () => {
    const levels = Array.from({ length: 5000 }, (_, i) => `l${i}: &l${i} [${i === 0 ? 'x' : `*l${i - 1}`}]\n`);
    expect(detailsOf(levels.join(''))).toMatch(/: nested over 100 levels deep\n/);
  });
});
