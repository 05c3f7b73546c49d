import { describe, expect, it } from 'vitest';
import { Condition, Format } from '#docktape/rules/condition.js';
import { RulesError } from '#docktape/rules/diagnostic.js';
import { load, rule } from './load-rules.js';
import { TEST_ORIGIN } from './test-batch.js';

const { errors: noErrors } = load([rule('R', 'docker.action = start')]);

/** The messages of rules that do not load, as users see them. */
function errorsOf(...texts: string[]): string[] {
  return load(texts).errors;
}

/** A rule whose condition is written as it stands, in whatever style. */
function written(condition: string): string {
  return `- rule: R\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n  source: docker\n`;
}

function details(compile: () => unknown): string {
  try {
    compile();
  } catch (error) {
    if (error instanceof RulesError) return error.details;
    throw error;
  }
  throw new Error('it compiles');
}

it('says nothing of rules that are right', () => {
  expect(noErrors).toEqual([]);
});

describe('places in conditions', () => {
  it('points into a plain scalar', () => {
    expect(errorsOf(written('docker.actoin = start'))).toEqual([
      [
        '1.yaml:3:14: LOAD_ERR_COMPILE_CONDITION: unknown field docker.actoin; did you mean docker.action?',
        '    condition: docker.actoin = start',
        '               ^',
      ].join('\n'),
    ]);
  });

  it('points into a folded scalar, past its indentation and line breaks', () => {
    expect(errorsOf(written('>\n    docker.action = start\n\n    and docker.code contains 3'))).toEqual([
      [
        '1.yaml:6:21: LOAD_ERR_COMPILE_CONDITION: contains does not work on a value of type uint64; ' +
          'these do: exists = != < <= > >= in intersects',
        '      and docker.code contains 3',
        '                      ^',
      ].join('\n'),
    ]);
  });

  it('points into a literal scalar with a comment behind its indicator', () => {
    expect(errorsOf(written('| # why\n    docker.action = start\n    and docker.code = x'))).toEqual([
      [
        "1.yaml:5:23: LOAD_ERR_COMPILE_CONDITION: 'x' is not a whole decimal number",
        '      and docker.code = x',
        '                        ^',
      ].join('\n'),
    ]);
  });

  it('points into double quotes, past escapes and characters of several bytes', () => {
    expect(
      errorsOf(written('"docker.action = \\"\u00e9\\u00e9\\U0001F600\\" and \\\n    docker.code = \\"\u00e9\\""')),
    ).toEqual([
      [
        "1.yaml:4:19: LOAD_ERR_COMPILE_CONDITION: '\u00e9' is not a whole decimal number",
        '      docker.code = \\"\u00e9\\""',
        '                    ^',
      ].join('\n'),
    ]);
  });

  it('points into single quotes, past doubled ones', () => {
    expect(errorsOf(written("'docker.action = ''x'' and foo'"))).toEqual([
      [
        "1.yaml:3:41: LOAD_ERR_VALIDATE: unknown macro 'foo'",
        "    condition: 'docker.action = ''x'' and foo'",
        '                                          ^',
      ].join('\n'),
    ]);
  });

  it('points into the macro, the file that appended, and the list that are at fault', () => {
    const macro = `- macro: m\n  condition: docker.nosuch exists\n`;
    expect(errorsOf(macro + rule('R', 'm'))[0]).toMatch(
      /^1\.yaml:2:14: LOAD_ERR_COMPILE_CONDITION: unknown field docker.nosuch/,
    );
    const appended = '- rule: R\n  condition: and docker.code = 1.5\n  override: {condition: append}\n';
    expect(errorsOf(rule('R', 'docker.action = start'), appended)).toEqual([
      [
        "2.yaml:2:32: LOAD_ERR_COMPILE_CONDITION: '1.5' is not a whole decimal number",
        '    condition: and docker.code = 1.5',
        '                                 ^',
      ].join('\n'),
    ]);
    expect(errorsOf(`- list: acts\n  items: [start, die]\n${written('docker.action = acts')}`)).toEqual([
      [
        "1.yaml:5:30: LOAD_ERR_COMPILE_CONDITION: 'and' or 'or' must follow here, not ', die ': a value with ',' in it " +
          "needs quotes (in the list 'acts', which stands here as its items)",
        '    condition: docker.action = acts',
        '                               ^',
      ].join('\n'),
    ]);
  });

  it('points into exceptions', () => {
    const text = `${written('docker.action = start')}  exceptions:\n    - name: e\n      fields: [docker.code]\n      values:\n        - [many]\n`;
    expect(errorsOf(text)).toEqual([
      [
        "1.yaml:11:12: LOAD_ERR_COMPILE_CONDITION: 'many' is not a whole decimal number",
        '          - [many]',
        '             ^',
      ].join('\n'),
    ]);
  });

  it('shows part of a long line, and keeps tabs so that the caret fits', () => {
    const long = `docker.action in (${'abcdefgh, '.repeat(40)}x) and\tdocker.nosuch = 1`;
    expect(details(() => Condition.compile(long, TEST_ORIGIN))).toBe(
      [
        'condition:1:426: LOAD_ERR_COMPILE_CONDITION: unknown field docker.nosuch',
        `  \u2026${long.slice(335)}`,
        `   ${' '.repeat(long.indexOf('\t') - 335)}\t^`,
      ].join('\n'),
    );
  });

  it('reports an error at the end behind the last character', () => {
    expect(details(() => Condition.compile('docker.action in (a', TEST_ORIGIN))).toBe(
      [
        "condition:1:20: LOAD_ERR_COMPILE_CONDITION: ',' or ')' must follow here, not the end",
        '  docker.action in (a',
        '                     ^',
      ].join('\n'),
    );
    expect(details(() => Condition.compile('', TEST_ORIGIN))).toMatch(/^condition:1:1: .*not the end\n/);
  });
});

describe('what is wrong with a condition', () => {
  const messages: Readonly<Record<string, string>> = {
    'docker.action like x': `an operator must stand here, not 'like x'`,
    'docker.action = "web': `not '"web': the quote is not closed`,
    'docker.name = cache(1)': `not '(1)': a value with '(' in it needs quotes`,
    'docker.action = start or(docker.code = 1) and docker.code = 2': `put a blank before the '(' that is closed here`,
    'docker.action = "\\q"': 'unknown escape \\q in a string; a backslash is \\\\',
    'docker.action = "\\x41"': 'unknown escape \\x in a string',
    'docker.action in ("\\q", x)': 'unknown escape \\q in a string',
    'docker.action regex "(?i)a"': 'in POSIX syntax: no argument for repetition operator: ?',
    'docker.name bcontains 77': 'bcontains does not work on a value of type string',
    'docker.code startswith 1': 'startswith does not work on a value of type uint64',
    'docker.code = 0x10': `'0x10' is not a whole decimal number`,
    'docker.took = 5s': `'5s' is not a whole decimal number: write nanoseconds`,
    'docker.readonly = yes': `'yes' is not a boolean: write true or false`,
    'docker.readonly > 1': '> does not work on a value of type bool',
    'docker.args = x': '= does not work on a list of string; these do: exists in intersects',
    'docker.peer = 127.1': `'127.1' is not an IP address such as`,
    'docker.peer < 1': '< does not work on a value of type ipaddr',
    [`docker.action = ${'x'.repeat(256)}`]: 'a value has at most 255 bytes, this one has 256',
    'docker.action[0] = x': 'the field docker.action takes no argument',
    'docker.attributes = x': 'the field docker.attributes needs an argument: docker.attributes[NAME]',
    'docker.attributes.team = x': 'stands in brackets: docker.attributes[team]',
    'docker.attributes["a b"] = x': `cannot have ' ' in it`,
    'evt.num[1] = 1': 'the field evt.num takes no argument',
    'reverse(docker.action) = x': `'and' or 'or' must follow here, not '(docker.action) = x'`,
    'len(docker.code) = 1': 'len() cannot take a value of type uint64',
    'tolower(docker.action, docker.name) = x': 'tolower() takes one operand, not 2',
    'getopt(docker.action, "c:") exists': 'getopt() takes a list of strings and the options',
    'join("-", (docker.action, docker.code)) = x': 'a list in a transformer holds texts, not a value of type uint64',
    'len(getopt(docker.args, "a")) = 1': 'len() cannot take the list that getopt() gives',
    'tolower(concat(docker.action, "x")) = val(docker.name)': 'can only be compared with constant values',
    'join(docker.args) = x': 'join() takes a separator and a list',
    'docker.action = val(docker.code)': 'a value of type string cannot be compared with a value of type uint64',
    'docker.action regex val(docker.name)': 'regex takes constant values only on its right',
    started: `'started' is neither a field nor a macro that is known here`,
    [`${'('.repeat(501)}docker.action = x${')'.repeat(501)}`]: 'parentheses nest deeper than 500',
    [`${'tolower('.repeat(501)}docker.action${')'.repeat(501)} = x`]: 'parentheses nest deeper than 500',
  };

  for (const [condition, message] of Object.entries(messages)) {
    it(`${condition.slice(0, 60)}`, () => {
      expect(details(() => Condition.compile(condition, TEST_ORIGIN))).toContain(message);
    });
  }
});

describe('what is wrong with an output', () => {
  it('points at the % or the field', () => {
    expect(errorsOf(rule('R', 'docker.action = start', { output: '"a %docker.actin b"' }))).toEqual([
      [
        '1.yaml:4:15: LOAD_ERR_COMPILE_OUTPUT: unknown field docker.actin; did you mean docker.action?',
        '    output: "a %docker.actin b"',
        '                ^',
      ].join('\n'),
    ]);
    expect(details(() => Format.compile('100%% of', TEST_ORIGIN))).toContain(
      'format:1:5: LOAD_ERR_COMPILE_OUTPUT: a field must follow the %',
    );
    expect(details(() => Format.compile('x %', TEST_ORIGIN))).toContain(
      'format:1:3: LOAD_ERR_COMPILE_OUTPUT: a field must follow the % at the end',
    );
    expect(details(() => Format.compile('', TEST_ORIGIN))).toContain('an output must have something in it');
  });
});

describe('what is wrong with a file', () => {
  const files: readonly (readonly [text: string, code: string, message: string])[] = [
    ['- rule: R\n  desc: [unclosed\n', '1.yaml:2:18: LOAD_ERR_YAML_PARSE', 'not valid YAML'],
    ['foo: bar\n', '1.yaml:1:1: LOAD_ERR_YAML_VALIDATE', 'must be a list of items'],
    ['- text\n', '1.yaml:1:3: LOAD_ERR_YAML_VALIDATE', 'each item must be a mapping'],
    [rule('R', ''), '1.yaml:3:14: LOAD_ERR_YAML_VALIDATE', `'condition' must not be empty`],
    [
      rule('R', 'docker.action = x', { priority: 'HIGH' }),
      '1.yaml:5:13: LOAD_ERR_YAML_VALIDATE',
      `'HIGH' is not a priority`,
    ],
    [
      rule('R', 'docker.action = x', { enabled: 'maybe' }),
      '1.yaml:7:12: LOAD_ERR_YAML_VALIDATE',
      'must be true or false',
    ],
    ['- rule: R\n  condition: x\n', '1.yaml:1:3: LOAD_ERR_YAML_VALIDATE', `the key 'output' is missing here`],
    ['- rule: R\n', '1.yaml:1:3: LOAD_ERR_YAML_VALIDATE', 'a rule needs condition, output'],
    ['- rule: R\n  enabled: false\n', '1.yaml:1:3: LOAD_ERR_VALIDATE', `there is no earlier rule 'R'`],
    ['- list: l\n', '1.yaml:1:3: LOAD_ERR_YAML_VALIDATE', `the key 'items' is missing here`],
    ['- required_engine_version: 99\n', '1.yaml:1:28: LOAD_ERR_VALIDATE', 'need engine version 0.99.0, this is 0.62.0'],
    [
      '- required_plugin_versions:\n    - name: docker\n      version: 1.0.0\n',
      '1.yaml:2:7: LOAD_ERR_VALIDATE',
      'the rules need the plugin docker 1.0.0; docker 0.5.0 is loaded',
    ],
    [
      rule('R', 'docker.action = x', { source: 'syscall' }),
      '1.yaml:3:15: LOAD_ERR_COMPILE_CONDITION',
      `the rule has the source syscall, whose events have no such field: add 'source: docker'`,
    ],
  ];

  for (const [text, code, message] of files) {
    it(message, () => {
      const errors = errorsOf(text);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toContain(code);
      expect(errors[0]).toContain(message);
    });
  }

  it('reports every item and every rule, each with its first error', () => {
    const bad = [
      rule('A', 'docker.a = 1'),
      rule('B', 'docker.b = 1', { output: '"%docker.c"' }),
      rule('C', 'docker.action = x'),
    ];
    expect(load([bad.join('')]).errorCodes).toEqual(['LOAD_ERR_COMPILE_CONDITION', 'LOAD_ERR_COMPILE_OUTPUT']);
  });
});
