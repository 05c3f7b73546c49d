import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { readSuite } from '#docktape/regression/suite/read-suite.js';
import { Engine } from '#docktape/rules/engine.js';
import type { Alert } from '#docktape/rules/output/alert.js';
import { isAtLeast } from '#docktape/rules/priority.js';
import { readRulesFiles } from '#docktape/rules/rules-files.js';
import { captureParams } from '#docktape/source/open-params.js';
import { secretValue } from '../../captures/support/secret.mjs';
import { projectPath } from '../support/docktape.js';

const captures = namesIn('captures', '.db');
const scenarios = namesIn('captures/scenarios', '.mjs');

/** The table of captures/README.md: for each capture, the rules that it triggers. */
const table = new Map(
  [...readFileSync(projectPath('captures/README.md'), 'utf8').matchAll(/^\| \[(.+)\.db\].*\| (.+) \|$/gm)].map(
    ([, capture = '', rules = '']) => [capture, rules.split(', ').sort()],
  ),
);

const plugin = LoadedPlugin.load(libraryPath());
const alerts = new Map<string, Alert[]>();
let shipped: string[];

beforeAll(async () => {
  plugin.init();
  for (const capture of captures) alerts.set(capture, await replay(capture));
}, 120_000);
afterAll(() => plugin.destroy());

/** What the shipped rules say about a capture. */
async function replay(capture: string): Promise<Alert[]> {
  const { engine } = Engine.load(readRulesFiles([projectPath('rules')]), plugin, {
    ...DEFAULT_SETTINGS,
    hostname: 'host',
  });
  if (!engine) throw new Error('the shipped rules do not load');
  shipped = engine.rules.map(({ definition }) => definition.name);
  const raised: Alert[] = [];
  for await (const batch of batches(plugin, captureParams(pathOf(capture)))) raised.push(...engine.evaluate(batch));
  return raised;
}

test('each scenario has its capture, and each capture its scenario', () => {
  expect(captures).toEqual(scenarios);
  expect(captures.length).toBeGreaterThanOrEqual(30);
});

test('the table lists the captures that ship', () => {
  expect([...table.keys()].sort()).toEqual(captures);
});

test('all of them together are small', () => {
  const bytes = captures.reduce((sum, capture) => sum + readFileSync(pathOf(capture)).length, 0);
  expect(bytes).toBeLessThan(4 * 2 ** 20);
});

describe.each(captures)('%s', (capture) => {
  test('triggers the rules that the table says', () => {
    expect(fired(capture)).toEqual(table.get(capture));
  });

  test('says nothing of the machine that it was recorded on', () => {
    const reader = CaptureReader.open(pathOf(capture));
    try {
      for (const { hostName, endpoint } of reader.sessions()) {
        expect({ hostName, endpoint }).toEqual({ hostName: 'docktape', endpoint: 'unix:///var/run/docker.sock' });
      }
      for (const context of contextsOf(reader)) expect(context.host?.name).toBe('docktape');
    } finally {
      reader.close();
    }
    expect(readFileSync(pathOf(capture)).includes('docktape-dockerd-')).toBe(false);
  });

  test('holds no value of an environment variable', () => {
    const bytes = readFileSync(pathOf(capture));
    expect(bytes.includes(secretValue)).toBe(false);
    expect(bytes.includes(Buffer.from(secretValue).toString('base64'))).toBe(false);
  });
});

test('containers have variables whose names are there, and whose values could be', () => {
  const reader = CaptureReader.open(pathOf('privileged'));
  try {
    const names = contextsOf(reader).flatMap(({ container }) => container?.env_names ?? []);
    expect(new Set(names)).toEqual(new Set(['API_TOKEN', 'DATABASE_URL']));
  } finally {
    reader.close();
  }
});

test('an ordinary day raises no warning', () => {
  const raised = alerts.get('baseline') ?? [];
  expect(raised.length).toBeGreaterThan(50);
  expect(raised.filter(({ priority }) => isAtLeast(priority, 'Warning'))).toEqual([]);
});

test('each shipped rule is fired by a capture, and not by the one that is near to it', () => {
  const told = scenarios
    .filter((name) => scenarios.includes(`${name}-near`))
    .flatMap((name) => fired(name).filter((rule) => !fired(`${name}-near`).includes(rule)));
  expect(shipped.filter((rule) => !told.includes(rule))).toEqual([]);
});

test('each shipped rule, and each capture, has a case of the suite that says what fires', () => {
  const cases = readSuite(projectPath('captures/docker_rules.suite.yaml')).cases.flatMap(({ streams, expectation }) => {
    const recorded = streams.flatMap((stream) => (stream.kind === 'capture' ? [stream.path] : []));
    return recorded.length > 0 && expectation.kind === 'alerts' ? [{ recorded, expectation }] : [];
  });
  const expected = cases.flatMap(({ expectation }) => expectation.alerts.map(({ rule }) => rule));
  expect(shipped.filter((rule) => !expected.includes(rule))).toEqual([]);
  const whole = cases.filter(({ expectation }) => !expectation.allowOther).flatMap(({ recorded }) => recorded);
  expect(captures.filter((capture) => !whole.includes(pathOf(capture)))).toEqual([]);
});

/** The rules that fire on a capture, each once. */
function fired(capture: string): string[] {
  return [...new Set((alerts.get(capture) ?? []).map(({ rule }) => rule))].sort();
}

interface Context {
  readonly host?: { readonly name: string };
  readonly container?: { readonly env_names?: readonly string[] };
}

/** What the events of a capture are about, as far as it is known. */
function contextsOf(reader: CaptureReader): Context[] {
  return [...reader.events()].flatMap(({ context }) => (context ? [JSON.parse(context.toString()) as Context] : []));
}

function pathOf(capture: string): string {
  return projectPath(`captures/${capture}.db`);
}

/** The files of a folder of the project that end so, without that ending, sorted. */
function namesIn(folder: string, ending: string): string[] {
  return readdirSync(projectPath(folder))
    .filter((name) => name.endsWith(ending) && !name.startsWith('.'))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}
