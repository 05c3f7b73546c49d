import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { dockerPlugin, findingsOn, rule } from './support/lint.js';

const plugin = dockerPlugin();
const text = readFileSync(projectPath('docs/lint.md'), 'utf8');
const sections = text.split(/^## /m).slice(1);

describe('the examples of docs/lint.md', () => {
  it('are about every code', () => {
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual([
      'LINT_NEVER_FIRES',
      'LINT_DEAD_BRANCH',
      'LINT_UNKNOWN_VALUE',
      'LINT_SHADOWED',
      'LINT_OFTEN_ABSENT',
      'LINT_FORGEABLE',
      'LINT_FALCO_SLIP',
    ]);
  });

  const examples = sections.flatMap((section) => {
    const [code = ''] = section.split('\n', 1);
    return [...section.matchAll(/^condition: (.*?)(?: +#.*)?$/gm)].map(([, condition = '']) => ({ code, condition }));
  });

  it.each(examples)('give the finding: $code of $condition', ({ code, condition }) => {
    const found = findingsOn(rule('R', condition, { priority: 'WARNING' }), plugin).map((finding) => finding.code);
    expect(found).toContain(code);
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThan(8);
  });
});
