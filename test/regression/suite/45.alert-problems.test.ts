import { describe, expect, it } from 'vitest';
import { problemsOf, withAlert, withCase } from './support/suite-files.js';

const TIMES = 'write RFC 3339 (2024-05-01T12:00:00.5Z) or Unix seconds (1714564800.5)';
const PRIORITIES = 'a priority is one of emergency alert critical error warning notice informational debug';
const COUNT = 'count is a whole number, or a mapping with at_least and at_most';
const FIELD = 'a field is tested by a value, or by a mapping with one of equals, contains, regex and absent: true';
const OUTPUT = 'output is a text, or a mapping with one of equals, contains and regex';
const CAPTURE = 'a capture is a path, or a mapping with path and perhaps session, since and until';
const TIME = 'a time is RFC 3339 (2024-05-01T12:00:00.5Z) or Unix seconds (1714564800.5)';

describe('a capture', () => {
  it.each<[string, string, string[]]>([
    ['an empty path', '""', [`4:14 ${CAPTURE}`]],
    ['a number', '5', [`4:14 ${CAPTURE}`]],
    ['a list', '[a.db]', [`4:14 ${CAPTURE}`]],
    ['no path', '{session: 1}', ["4:14 a capture needs the key 'path'"]],
    [
      'a misspelt path',
      '{pth: a}',
      ["4:15 unknown key 'pth'; did you mean path?; a capture has path, session, since, until"],
    ],
    ['a path that is none', '{path: 5}', ['4:21 the path of a file is wanted here: put quotes around 5']],
    ['session 0', '{path: a, session: 0}', ['4:33 session is the number of a session, or last']],
    ['a session in words', '{path: a, session: first}', ['4:33 session is the number of a session, or last']],
    ['a session with decimals', '{path: a, session: 1.5}', ['4:33 session is the number of a session, or last']],
    [
      'a session beyond all',
      '{path: a, session: 99999999999999999999}',
      ['4:33 session is the number of a session, or last'],
    ],
    ['a time that is a list', '{path: a, since: []}', [`4:31 ${TIME}`]],
    ['a time that is true', '{path: a, until: true}', [`4:31 ${TIME}`]],
    [
      'an age',
      '{path: a, since: 1h30m}',
      [`4:31 '1h30m' is an age, which is another time in every run of the test: ${TIMES}`],
    ],
    [
      'a date',
      '{path: a, until: 2024-05-01}',
      [`4:31 '2024-05-01' is no time between the years 1970 and 2262: ${TIMES}`],
    ],
    [
      'too late a time',
      '{path: a, until: 9223372037}',
      [`4:31 '9223372037' is no time between the years 1970 and 2262: ${TIMES}`],
    ],
    ['a negative time', '{path: a, since: -1}', [`4:31 '-1' is no time between the years 1970 and 2262: ${TIMES}`]],
    [
      'an order that is wrong',
      '{path: a, since: 5.5, until: 5}',
      ['4:43 until is earlier than since (1970-01-01T00:00:05.500000000Z): exchange them'],
    ],
  ])('%s', (_, capture, problems) => {
    expect(problemsOf(withCase(`capture: ${capture}\nexpect: none`))).toEqual(problems);
    const listed = problemsOf(withCase(`captures:\n  -      ${capture}\nexpect: none`));
    expect(listed).toEqual(problems.map((problem) => problem.replace('4:', '5:')));
  });
});

describe('an expected alert', () => {
  it.each<[string, string, string[]]>([
    [
      'an unknown key',
      'rules: x',
      [
        "5:24 unknown key 'rules'; did you mean rule?; an entry of expect has rule, count, priority, tags, output, fields, event",
      ],
    ],
    ['a negative count', 'count: -1', [`5:31 ${COUNT}`]],
    ['a count with decimals', 'count: 1.5', [`5:31 ${COUNT}`]],
    ['a count as a text', 'count: "1"', [`5:31 ${COUNT}`]],
    ['a count beyond all', 'count: 9007199254740992', [`5:31 ${COUNT}`]],
    ['an infinite count', 'count: .inf', [`5:31 ${COUNT}`]],
    ['a count of nothing', 'count: {}', [`5:31 ${COUNT}`]],
    [
      'a count of something',
      'count: {atleast: 1}',
      ["5:32 unknown key 'atleast'; did you mean at_least?; count has at_least, at_most"],
    ],
    ['at_least in words', 'count: {at_least: one}', ['5:42 a whole number is wanted here, from 0']],
    ['at_most below 0', 'count: {at_most: -1}', ['5:41 a whole number is wanted here, from 0']],
    [
      'a count that cannot be',
      'count: {at_least: 3, at_most: 2}',
      ['5:31 no count is at least 3 and at most 2: exchange them'],
    ],
    ['a priority that is none', 'priority: grave', [`5:34 ${PRIORITIES}`]],
    ['a priority as a number', 'priority: 3', [`5:34 ${PRIORITIES}: put quotes around 3`]],
    ['tags as a text', 'tags: shell', ['5:30 tags is a list of texts, such as [container, shell]']],
    ['a tag as a number', 'tags: [a, 5]', ['5:34 a tag is a text: put quotes around 5']],
    ['an output as a list', 'output: [a]', [`5:32 ${OUTPUT}`]],
    [
      'an output that is absent',
      'output: {absent: true}',
      ["5:33 unknown key 'absent'; output has equals, contains, regex"],
    ],
    ['an empty test', 'output: {}', [`5:32 ${OUTPUT}`]],
    ['two tests', 'output: {contains: a, regex: b}', [`5:32 ${OUTPUT}`]],
    ['a part that is empty', 'output: {contains: ""}', ['5:43 contains has a text that is part of the value']],
    [
      'a part that is a number',
      'output: {contains: 5}',
      ['5:43 contains has a text that is part of the value: put quotes around 5'],
    ],
    [
      'a regex as a number',
      'output: {regex: 5}',
      ['5:40 regex has a regular expression as a text: put quotes around 5'],
    ],
    [
      'a regex of another dialect',
      "output: {regex: '\\d+'}",
      ["5:40 not a regular expression in RE2's POSIX syntax: invalid escape sequence: \\d"],
    ],
    [
      'fields as a list',
      'fields: [a]',
      ['5:32 fields is a mapping of fields to values, such as {docker.container.name: web}'],
    ],
    ['no fields', 'fields: {}', ['5:32 fields is a mapping of fields to values, such as {docker.container.name: web}']],
    ['a field that is nothing', 'fields: {a: null}', [`5:36 ${FIELD}`]],
    ['a field without a value', 'fields: {a: , b: c}', [`5:33 ${FIELD}`]],
    ['two tests of a field', 'fields: {a: {equals: 1, regex: b}}', [`5:36 ${FIELD}`]],
    [
      'an unknown test',
      'fields: {a: {contain: b}}',
      ["5:37 unknown key 'contain'; did you mean contains?; the test of a field has equals, contains, regex, absent"],
    ],
    ['absent as false', 'fields: {a: {absent: false}}', ['5:45 absent is true, or left out']],
    ['equal to nothing', 'fields: {a: {equals: null}}', ['5:45 equals has the value itself']],
    ['equal to a mapping', 'fields: {a: {equals: {b: c}}}', ['5:45 equals has the value itself']],
    ['equal to a list of lists', 'fields: {a: {equals: [[b]]}}', ['5:46 an element of a list is a single value']],
    ['a list with nothing', 'fields: {a: [b, null]}', ['5:40 an element of a list is a single value']],
    [
      'an open bracket in a regex',
      "fields: {a: {regex: '['}}",
      ["5:44 not a regular expression in RE2's POSIX syntax: missing ]: ["],
    ],
    ['a name with slashes and tildes', 'fields: {"a/~1": null}', [`5:41 ${FIELD}`]],
    ['event 0', 'event: 0', ['5:31 event is the number of an event, from 1']],
    ['an event in words', 'event: first', ['5:31 event is the number of an event, from 1']],
  ])('%s', (_, members, problems) => {
    expect(problemsOf(withAlert(members))).toEqual(problems);
  });

  it('names its rule', () => {
    expect(problemsOf(withCase('capture: a\nexpect: [{count: 1}]'))).toEqual([
      "5:14 an entry of expect needs the key 'rule'",
    ]);
    expect(problemsOf(withCase('capture: a\nexpect: [{rule: }]'))).toEqual(['5:15 a rule is named by a text']);
    expect(problemsOf(withCase('capture: a\nexpect: [R]'))).toEqual([
      '5:14 an entry of expect is a mapping with rule, such as {rule: Container killed, count: 1}',
    ]);
  });
});
