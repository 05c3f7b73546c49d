import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import type { Finding } from '#docktape/doctor/examine.js';
import { findingLines, summaryLine } from '#docktape/doctor/report-text.js';

const plain = pc.createColors(false);
const fine: Finding = { group: 'Falco', check: 'program', status: 'ok', found: 'Falco 0.44.1' };
const broken: Finding = {
  group: 'Docker daemon',
  check: 'socket',
  status: 'problem',
  found: 'none',
  advice: 'start it',
};

describe('a line of the report', () => {
  test('01 has a mark, what was looked at, and what was found', () => {
    expect(findingLines(fine, plain)).toEqual(['  ✓ program         Falco 0.44.1']);
    expect(findingLines({ ...fine, status: 'not checked' }, plain)).toEqual([
      '  – program         not checked: Falco 0.44.1',
    ]);
  });

  test('02 says below what to do', () => {
    expect(findingLines(broken, plain)).toEqual(['  ✗ socket          none', '                    → start it']);
  });

  test('03 is broken at 100 characters, and the texts stay below each other', () => {
    const words = Array.from({ length: 40 }, () => 'words').join(' ');
    const lines = findingLines({ ...broken, found: words, advice: words }, plain);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.slice(1).every((line) => line.startsWith(' '.repeat(20)))).toBe(true);
  });

  test('04 shows control characters as what they are', () => {
    expect(findingLines({ ...fine, found: 'a\u001b[31mb\n' }, plain)).toEqual(['  ✓ program         a\\u001b[31mb\\n']);
  });

  test('05 has colours where they are wanted, and is as wide without them', () => {
    const [line = ''] = findingLines(broken, pc.createColors(true));
    expect(line).toContain('\u001b[31m✗\u001b[39m');
  });
});

describe('the last line', () => {
  test.each([
    [[fine], 'All is well.'],
    [[fine, broken], '1 problem.'],
    [[broken, broken, { ...fine, status: 'not checked' as const }], '2 problems.'],
  ])('counts the problems', (findings, line) => {
    expect(summaryLine(findings, plain)).toBe(line);
  });
});
