import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { readSuite } from '#docktape/regression/suite/read-suite.js';
import { SuiteError } from '#docktape/regression/suite/suite-error.js';
import type { Suite } from '#docktape/regression/suite.js';

const folders: string[] = [];

/** A folder with these files, which is removed after the test. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-suite-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A suite of this text, as it is read. */
export function suiteOf(text: string | Buffer): Suite {
  return readSuite(join(folderOf({ 's.yaml': text }), 's.yaml'));
}

/** A suite with nothing but a case that has these members. */
export function withCase(members: string): string {
  return `rules: r.yaml\ncases:\n  - name: c\n${members.replace(/^(?=.)/gm, '    ')}\n`;
}

/** A suite with nothing but a case that expects an alert with these members, in the fifth line, after 23 characters. */
export function withAlert(members: string): string {
  return withCase(`capture: a.db\nexpect: [{rule: R, ${members}}]`);
}

/** What is wrong with a suite, as its author sees it, with the file called `s.yaml`. */
export function detailsOf(text: string | Buffer): string {
  const folder = folderOf({ 's.yaml': text });
  try {
    readSuite(join(folder, 's.yaml'));
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error;
    expect(error.code).toBe('SUITE');
    expect(error.details.startsWith(`${error.message}\n`)).toBe(true);
    expect(error.message).not.toContain('\n');
    return error.details.replaceAll(`${folder}/`, '');
  }
  throw new Error('it is accepted');
}

/**
 * The problems of a suite as `LINE:COLUMN MESSAGE`. Each is checked to show its line, with the caret under its column. Lines
 * have to be short, so that they are shown whole.
 */
export function problemsOf(text: string): string[] {
  const lines = text.split('\n');
  const shown = detailsOf(text).split('\n');
  const problems: string[] = [];
  for (let i = 0; i < shown.length; i += 3) {
    const [, line = 0, column = 0, message] = /^s\.yaml:(\d+):(\d+): (.*)$/.exec(shown[i] as string) ?? [];
    expect(shown[i + 1]).toBe(`  ${lines[Number(line) - 1]}`);
    expect(shown[i + 2]).toBe(`${' '.repeat(Number(column) + 1)}^`);
    problems.push(`${line}:${column} ${message}`);
  }
  return problems;
}
