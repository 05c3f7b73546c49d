import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import type { FalcoUse } from '#docktape/regression/run/falco-use.js';
import { withVerdict } from '#docktape/regression/run/falco-verdicts.js';
import type { SuitePlan } from '#docktape/regression/run/plan-suite.js';
import type { Finding } from '#docktape/rules/finding.js';
import { prepared } from '../judge/cases.js';

const program = { path: '/opt/falco', version: '0.44.1', pluginApi: '3.12.0' };
const judging: FalcoUse = { program, compare: false };
const comparing: FalcoUse = { program, compare: true };

function finding(severity: Finding['severity'], message: string): Finding {
  const place = { file: 'rules.yaml', line: 7, column: 3 };
  return { severity, code: 'LOAD_ERR_VALIDATE', message, place, text: `rules.yaml:7:3: ${message}` };
}

/** The plan of a suite with one case, unless its rules have errors. */
function plan(findings: readonly Finding[] = []): SuitePlan {
  const suite = { path: 'my.suite.yaml', rules: ['rules.yaml'], settings: DEFAULT_SETTINGS, cases: [] };
  const cases = findings.some(({ severity }) => severity === 'error') ? [] : [prepared({})];
  return { suite, files: [{ name: 'rules.yaml', text: '' }], findings, cases, rules: [] };
}

const [warning, falcoWarning] = [finding('warning', 'embedded warns'), finding('warning', 'Falco warns')];
const [error, falcoError] = [finding('error', 'embedded refuses'), finding('error', 'Falco refuses')];

/** The messages of a plan's findings, and how many cases it would run. */
function verdict(embedded: readonly Finding[], falco: readonly Finding[], use: FalcoUse) {
  const { findings, cases } = withVerdict(plan(embedded), falco, use);
  return { messages: findings.map(({ message }) => message), cases: cases.length };
}

describe('the verdict of both engines on rules', () => {
  it('is that of the engine in charge where both load them, or neither', () => {
    expect(verdict([warning], [falcoWarning], judging)).toEqual({ messages: ['Falco warns'], cases: 1 });
    expect(verdict([warning], [falcoWarning], comparing)).toEqual({ messages: ['embedded warns'], cases: 1 });
    expect(verdict([error], [falcoError], judging)).toEqual({ messages: ['Falco refuses'], cases: 0 });
    expect(verdict([error], [falcoError], comparing)).toEqual({ messages: ['embedded refuses'], cases: 0 });
  });

  it.each([judging, comparing])('is an error where only Falco refuses', (use) => {
    expect(verdict([], [falcoError], use)).toEqual({
      messages: ['Falco refuses', 'the embedded engine loads these rules, but Falco 0.44.1 does not'],
      cases: 0,
    });
  });

  it.each([judging, comparing])('is an error where only the embedded engine refuses', (use) => {
    expect(verdict([error], [falcoWarning], use)).toEqual({
      messages: [
        'embedded refuses',
        'Falco 0.44.1 loads these rules, but the embedded engine, which tests read rules with, does not',
      ],
      cases: 0,
    });
  });

  it('is told where the refusal is', () => {
    const { findings } = withVerdict(plan(), [falcoError], comparing);
    expect(findings.at(-1)).toMatchObject({
      severity: 'error',
      code: 'ENGINES_DIFFER',
      place: falcoError.place,
      text: expect.stringMatching(/^rules\.yaml:7:3: ENGINES_DIFFER: the embedded engine loads/),
    });
  });
});
