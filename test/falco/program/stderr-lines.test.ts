import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { eachLine } from '#docktape/falco/program/each-line.js';
import { StderrLines } from '#docktape/falco/program/stderr-lines.js';

/** What Falco 0.44.1 printed for a run with a warning in the rules, and one without its daemon, and for one without its capture. */
const LOG = `Mon Nov 23 13:02:30 2026:    /tmp/r.yaml | schema validation: failed for <root>[0]: an unknown key
Mon Nov 23 13:02:30 2026: /tmp/r.yaml: Ok, with warnings
1 Warnings:
In rules content: (/tmp/r.yaml:0:0)
    rule 'A': (/tmp/r.yaml:0:2)
------
- rule: A
  ^
------
LOAD_UNKNOWN_KEY (Unknown key in item definition): Unknown key 'bogus'. The key will be ignored.

Mon Nov 23 13:24:51 2026: [libs]: docker: waiting for the Docker daemon at unix:///none.sock
2026-11-23T13:24:52+0000: [libs]: docker: still waiting`;

function heard(text: string) {
  const warnings: string[] = [];
  const lines = new StderrLines((line) => warnings.push(line));
  for (const line of text.split('\n')) lines.add(line);
  return { warnings, lines };
}

describe("Falco's standard error", () => {
  it('has warnings, which are passed on without their times, but for those on rules', () => {
    const { warnings, lines } = heard(LOG);
    expect(warnings).toEqual(['docker: waiting for the Docker daemon at unix:///none.sock', 'docker: still waiting']);
    expect(lines.reason).toBeUndefined();
  });

  it('says why Falco ended', () => {
    const { warnings, lines } = heard(`${LOG}\nError: /nope.db does not exist: check the path\n\n`);
    expect(warnings).toHaveLength(2);
    expect(lines.reason).toBe('/nope.db does not exist: check the path');
    expect(heard('Mon Nov 23 13:02:30 2026: Runtime error: what. Exiting.').lines.reason).toBe('what. Exiting.');
    expect(heard('Error: \nsomething').lines.reason).toBe('something');
  });

  it('is kept only in part', () => {
    const { lines } = heard(Array.from({ length: 1000 }, (_, i) => `Error: ${i}`).join('\n'));
    expect(lines.last).toHaveLength(20);
    expect(lines.last.at(-1)).toBe('Error: 999');
  });
});

describe('eachLine', () => {
  it('gives whole lines, the beginning of long ones, and the last without its end', async () => {
    const chunks = ['one\ntw', 'o\n', `${'x'.repeat(30)}`, `${'x'.repeat(30)}\n\ngr\u00f6`, '\u00df'];
    const bytes = Buffer.from(chunks.join(''));
    // Cut within a character.
    const stream = Readable.from([bytes.subarray(0, bytes.length - 1), bytes.subarray(bytes.length - 1)]);
    const lines: string[] = [];
    eachLine(stream, 40, (line) => lines.push(line));
    await finished(stream);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(['one', 'two', 'x'.repeat(40), '', 'gr\u00f6\u00df']);
  });
});
