import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { toBytes } from '#docktape/rules/bytes.js';
import { explanationLines } from '#docktape/rules/explain/explanation-text.js';
import { engineOf, rule, type TestOptions } from './load-rules.js';
import { TestBatch, type TestEvent } from './test-batch.js';

const plain = picocolors.createColors(false);
const DIE: TestEvent = { 'docker.type': 'container', 'docker.action': 'die', 'docker.name': 'web', 'docker.code': 3n };

function lines(rules: string, event: TestEvent = DIE, options: TestOptions = {}): string[] {
  return explanationLines(engineOf(rules, options).explain('R', new TestBatch([event]), 0), plain, 12);
}

function headlineOf(rules: string, event: TestEvent = DIE, options: TestOptions = {}): string | undefined {
  return lines(rules, event, options)[0];
}

describe('the tree', () => {
  it('has the verdict and the values of each part, macros by name, and the decisive term marked', () => {
    const macros =
      '- macro: ends\n  condition: docker.action = die and docker.type = container\n- macro: bad\n  condition: docker.code > 3\n';
    expect(lines(macros + rule('R', 'ends and (bad or not docker.path = a) and bad'))).toEqual([
      '"R" does not fire on event 12: docker.code > 3 is false, as docker.code = 3',
      '1.yaml:5',
      '  ✗ all of:',
      '    ✓ ends: all of:',
      '      ✓ docker.action = die  [docker.action = "die"]',
      '      ✓ docker.type = container  [docker.type = "container"]',
      '    ✓ any of:',
      '      ✗ bad:',
      '        ✗ docker.code > 3  [docker.code = 3]',
      '      ✓ not:',
      '        ✗ docker.path = a  [docker.path is absent]',
      '    ✗ bad:',
      '      ✗ docker.code > 3  [docker.code = 3]  <- this makes it false',
    ]);
  });

  it('is coloured when asked', () => {
    const explanation = engineOf(rule('R', 'docker.action = stop')).explain('R', new TestBatch([DIE]), 0);
    const coloured = explanationLines(explanation, picocolors.createColors(true), 12).join('\n');
    expect(coloured).toContain('\u001b[31m✗\u001b[39m docker.action = stop');
    expect(stripVTControlCharacters(coloured)).toBe(explanationLines(explanation, plain, 12).join('\n'));
  });

  it('escapes control characters of events and of rules', () => {
    const event = { ...DIE, 'docker.name': toBytes('a\u001b[31m\u009b1m\nb') };
    const text = lines(rule('R', '', { condition: '"docker.name = \\e[0m"' }), event);
    expect(text.join('')).not.toMatch(/\p{Cc}/u);
    expect(text[2]).toBe(
      '  ✗ docker.name = "\\u001b[0m"  [docker.name = "a\\u001b[31m\\u009b1m\\nb"]  <- this makes it false',
    );
  });

  it('cuts long lists and values', () => {
    const items = Array.from({ length: 100 }, (_, i) => `item-${i}`);
    const args = items.slice(0, 8);
    const [, , text = ''] = lines(rule('R', `docker.args in (${items.join(', ')}, "end)")`), {
      'docker.args': [...args, 'x'],
    });
    expect(text).toMatch(/^ {2}✗ docker\.args in \(item-0, item-1, .*, item-\d+, …\) {2}\[/);
    expect(text).toContain('[docker.args = ("item-0", "item-1", "item-2", "item-3", "item-4", … and 4 more)]');
    const [, , long = ''] = lines(rule('R', 'docker.name = a'), { 'docker.name': 'x'.repeat(1e6) });
    expect(long).toContain(`"${'x'.repeat(80)}…"`);
    expect(long.length).toBeLessThan(200);
    const [, , same = ''] = lines(rule('R', `docker.name = ${'y'.repeat(250)}`));
    expect(same).toMatch(/docker\.name = y{106}… {2}\[/);
  });
});

describe('the headline', () => {
  it('says what is absent', () => {
    expect(headlineOf(rule('R', 'docker.name = val(docker.path)'))).toBe(
      '"R" does not fire on event 12: docker.name = val(docker.path) is false, as docker.name = "web" and docker.path is absent',
    );
  });

  it('says what is excluded', () => {
    expect(headlineOf(rule('R', 'docker.action = die and not docker.name = web'))).toBe(
      '"R" does not fire on event 12: docker.name = web is true, as docker.name = "web", and the condition excludes that',
    );
    expect(headlineOf(rule('R', 'not (docker.action = die and docker.name = web)'))).toMatch(
      /docker\.action = die is true, .*, and the condition excludes that with what stands beside it$/,
    );
  });

  it('says that no alternative holds', () => {
    expect(headlineOf(rule('R', 'docker.type = container and (docker.name = db or docker.name = cache)'))).toBe(
      '"R" does not fire on event 12: docker.name = db is false, as docker.name = "web", and none of the alternatives to that holds',
    );
  });

  it('says that the rule fires', () => {
    expect(headlineOf(rule('R', 'docker.action = die'))).toBe('"R" fires on event 12: its condition holds');
    const explanation = engineOf(rule('R', 'docker.action = die')).explain('R', new TestBatch([DIE]), 0);
    expect(explanationLines(explanation, plain)[0]).toBe('"R" fires on the event: its condition holds');
  });

  it('says what else keeps the rule silent', () => {
    const silent = '"R" does not fire on event 12, although its condition holds: ';
    const holding = 'docker.action = die';
    expect(headlineOf(rule('R', holding, { enabled: 'false' }))).toBe(`${silent}the rule is disabled`);
    expect(headlineOf(rule('R', holding, { priority: 'DEBUG' }), DIE, { priority: 'Error' })).toBe(
      `${silent}the rule's priority Debug is below the minimum, Error`,
    );
    expect(headlineOf(rule('First', holding) + rule('R', holding))).toBe(
      `${silent}"First" stands before it and reports the event (rule_matching: first)`,
    );
    expect(headlineOf(rule('R', 'docker.action = stop', { enabled: 'false' }))).toBe(
      '"R" does not fire on event 12: docker.action = stop is false, as docker.action = "die"; besides, the rule is disabled',
    );
  });
});
