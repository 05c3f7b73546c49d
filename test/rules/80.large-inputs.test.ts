import { describe, expect, it } from 'vitest';
import { engineOf, load, rule } from './load-rules.js';
import { TestBatch } from './test-batch.js';

/** `count` texts with a separator between them. */
function many(count: number, text: (i: number) => string, separator = ''): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(separator);
}

/** What the rule R reports on an event with the action `start`. */
function matches(text: string): boolean {
  return engineOf(text).evaluate(new TestBatch([{ 'docker.action': 'start', 'docker.name': 'web' }])).length > 0;
}

const exception = (values: string) => `  exceptions:\n  - name: e\n    fields: docker.name\n    values: ${values}\n`;

describe('rules that are large but sound', () => {
  it('may have a list of 100,000 items', () => {
    const list = `- list: l\n  items: [${many(100_000, (i) => `item${i}`, ', ')}, start]\n`;
    expect(matches(list + rule('R', 'docker.action in (l)'))).toBe(true);
  });

  it('may use one list 5,000 times, and 500 lists once', () => {
    const uses = many(5000, () => 'docker.name in (l)', ' or ');
    expect(matches(`- list: l\n  items: [a, web]\n${rule('R', uses)}`)).toBe(true);
    const lists = many(500, (i) => `- list: list_${i}\n  items: [a${i}, ${i}]\n`);
    expect(
      matches(
        lists +
          rule(
            'R',
            many(500, (i) => `docker.name in (list_${i})`, ' or '),
          ),
      ),
    ).toBe(false);
  });

  it('may be 5,000, or one that is changed 2,000 times', () => {
    expect(engineOf(many(5000, (i) => rule(`R${i}`, `docker.name = n${i}`))).rules).toHaveLength(5000);
    const change = (i: number) =>
      `- rule: R\n  override: {condition: append}\n  condition: and docker.name != n${i}\n  source: docker\n`;
    expect(matches(rule('R', 'docker.action = start') + many(2000, change))).toBe(true);
  });

  it('may have a condition of 10 MB', () => {
    const items = many(900_000, (i) => `item${i}`, ', ');
    expect(items.length).toBeGreaterThan(10_000_000);
    expect(matches(rule('R', `docker.action in (${items}, start)`))).toBe(true);
  });

  it('may have 30,000 terms, and exceptions with 100,000 values', () => {
    expect(
      matches(
        rule(
          'R',
          many(30_000, (i) => `docker.name = n${i}`, ' or '),
        ),
      ),
    ).toBe(false);
    const values = exception(`[${many(100_000, (i) => `n${i}`, ', ')}]`);
    expect(matches(rule('R', 'docker.action = start') + values)).toBe(true);
  });

  it('may negate as often as anyone likes', () => {
    expect(matches(rule('R', `${'not '.repeat(10_000)}docker.action = start`))).toBe(true);
  });
});

describe('rules that would take all memory, or the stack', () => {
  const chain = many(2000, (i) => `- macro: m${i + 1}\n  condition: m${i} or docker.name = n${i}\n`);
  const doubling = many(60, (i) => `- macro: m${i + 1}\n  condition: m${i} and m${i}\n`);
  const macro = '- macro: m0\n  condition: docker.action = start\n';
  const aliases = many(60, (i) => `- {x: &a${i + 1} [*a${i}, *a${i}]}\n`);
  const lists = `- {x: &l0 [${many(1000, () => 'x', ', ')}]}\n- {x: &l1 [${many(1001, () => '*l0', ', ')}]}\n`;

  it.each<[what: string, text: string, message: RegExp]>([
    [
      '10,000 parentheses',
      rule('R', `${'('.repeat(10_000)}docker.action = x${')'.repeat(10_000)}`),
      /^1.yaml:3:5\d\d: LOAD_ERR_COMPILE_CONDITION: parentheses nest deeper than 500\n/,
    ],
    [
      '10,000 transformers',
      rule('R', `${'tolower('.repeat(10_000)}docker.action${')'.repeat(10_000)} = x`),
      /^1.yaml:3:\d+: LOAD_ERR_COMPILE_CONDITION: parentheses nest deeper than 500\n/,
    ],
    [
      'transformers in an output',
      rule('R', 'docker.action = x', { output: `'%${'tolower('.repeat(10_000)}'` }),
      /^1.yaml:4:\d+: LOAD_ERR_COMPILE_OUTPUT: parentheses nest deeper than 500\n/,
    ],
    [
      'macros in macros',
      macro + chain + rule('R', 'm2000'),
      /^1.yaml:\d+:14: LOAD_ERR_VALIDATE: the macro 'm250' nests/,
    ],
    [
      'doubling macros',
      macro + doubling + rule('R', 'm60'),
      /: LOAD_ERR_VALIDATE: the macro 'm20' has more than 1000000/,
    ],
    ['nested YAML', '['.repeat(10_000), /^1.yaml:1:\d+: LOAD_ERR_YAML_PARSE: the YAML nests too deep\n/],
    [
      'doubling aliases',
      `- {x: &a0 [x]}\n${aliases}${rule('R', 'docker.action = x')}${exception('*a60')}`,
      /: LOAD_ERR_VALIDATE: the exception 'e' has a single field/,
    ],
    [
      'aliases of long lists',
      `${lists}${rule('R', 'docker.action = x')}${exception('*l1')}`,
      /: LOAD_ERR_YAML_VALIDATE: an exception has 1000000 entries at most\n/,
    ],
    [
      'a bracket that nothing closes',
      rule('R', 'docker.action = x', { output: `'%docker.attributes[${'x'.repeat(1_000_000)}'` }),
      /^1.yaml:4:\d+: LOAD_ERR_COMPILE_OUTPUT: the argument must end with/,
    ],
    [
      'a field padded to more than an alert can hold',
      rule('R', 'docker.action = x', { output: `'%99999999999docker.action'` }),
      /^1.yaml:4:12: LOAD_ERR_COMPILE_OUTPUT: a field is padded to 100000 bytes at most\n/,
    ],
  ])('are refused at their place: %s', (_what, text, message) => {
    const { engine, errors } = load([text]);
    expect(engine).toBeUndefined();
    expect(errors[0]).toMatch(message);
  });
});
