import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { EvaluationTable } from '#docktape/regression/run/evaluation-table.js';
import type { FalcoUse } from '#docktape/regression/run/falco-use.js';
import type { SuitePlan } from '#docktape/regression/run/plan-suite.js';
import { at, type CaseParts, entry, field, prepared } from '../judge/cases.js';
import { inline, shipped } from './suites.js';

/** The jobs for a suite of these cases. */
function jobs(cases: readonly CaseParts[], falco?: FalcoUse) {
  const suite = { path: 'my.suite.yaml', rules: ['rules.yaml'], settings: DEFAULT_SETTINGS, cases: [] };
  const files = [{ name: 'rules.yaml', text: '' }];
  const plan: SuitePlan = { suite, files, findings: [], cases: cases.map(prepared), rules: [] };
  return new EvaluationTable([plan], falco).jobs;
}

const expectation = { kind: 'golden', path: 'a.jsonl', place: at(5) } as const;
const program = { path: '/opt/falco', version: '0.44.1', pluginApi: '3.12.0' };

describe('the evaluations that cases need', () => {
  it('are one for each stream, with the fields that any of its cases asks for', () => {
    const ofField = (name: string) => ({ alerts: [entry('Shell', { fields: [field(name, { kind: 'absent' })] })] });
    const [first, ...others] = jobs([
      ofField('docker.type'),
      { skip: 'later', streams: [inline('x')] },
      ofField('docker.action'),
    ]);
    expect(others).toEqual([]);
    expect(first?.details).toEqual(new Map([['Shell', ['docker.type', 'docker.action']]]));
    expect(jobs([{ streams: [shipped('exec')] }, { streams: [shipped('exec', { session: 1 })] }])).toHaveLength(2);
  });

  it('make the JSON of alerts for goldens, and to compare engines', () => {
    const withJson = (cases: readonly CaseParts[], falco?: FalcoUse) => jobs(cases, falco).map((job) => job.withJson);
    expect(withJson([{}, { streams: [inline('x')], expectation }])).toEqual([false, true]);
    expect(withJson([{}, { expectation }])).toEqual([true]);
    expect(withJson([{}], { program, compare: false })).toEqual([false]);
    expect(withJson([{}], { program, compare: true })).toEqual([true]);
  });
});
