import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import type { CaptureStream, ExpectedAlert, InlineStream, Suite, TestCase } from '#docktape/regression/suite.js';
import { projectPath } from '../../support/docktape.js';

const folders: string[] = [];

/** A folder of its own, which is removed after the test. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-run-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file with this text in a folder of its own. */
export function freshFile(name: string, text: string): string {
  const path = join(freshFolder(), name);
  writeFileSync(path, text);
  return path;
}

export const SHIPPED_RULES = projectPath('rules/docker_rules.yaml');

/** A capture that ships. */
export function shipped(name: string, selection: CaptureStream['selection'] = {}): CaptureStream {
  return { kind: 'capture', path: projectPath(`captures/${name}.db`), selection };
}

/** Events of a container, one second apart from 2023-11-14T22:13:20Z on. */
export function inline(...actions: readonly string[]): InlineStream {
  const events = actions.map((Action, i) => {
    const event = { Type: 'container', Action, Actor: { ID: 'c0ffee', Attributes: { name: 'web', image: 'nginx' } } };
    return { ts: 1_700_000_000_000_000_000n + BigInt(i) * 1_000_000_000n, payload: JSON.stringify(event) };
  });
  return { kind: 'inline', events };
}

/** A suite of the shipped rules. */
export function suite(cases: readonly TestCase[], more: Partial<Suite> = {}): Suite {
  return { path: 'my.suite.yaml', rules: [SHIPPED_RULES], settings: DEFAULT_SETTINGS, cases, ...more };
}

export interface CaseParts extends Partial<TestCase> {
  readonly alerts?: readonly Partial<ExpectedAlert>[];
  readonly allowOther?: boolean;
}

/** A case of these streams; without alerts it expects none. */
export function testCase(
  name: string,
  streams: TestCase['streams'],
  { alerts = [], allowOther = false, ...more }: CaseParts = {},
): TestCase {
  const place = { file: 'my.suite.yaml', line: 5, column: 3 };
  const count = { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
  const expected = alerts.map((alert): ExpectedAlert => ({ rule: '', place, count, tags: [], fields: [], ...alert }));
  return { name, place, streams, expectation: { kind: 'alerts', alerts: expected, allowOther }, forbid: [], ...more };
}
