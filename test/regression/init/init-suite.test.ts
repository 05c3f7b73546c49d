import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batches } from '#docktape/falco/batches.js';
import { withDockerPlugin } from '#docktape/falco/docker-plugin.js';
import { DEFAULT_SETTINGS, type FalcoSettings } from '#docktape/falco/settings.js';
import { initSuite } from '#docktape/regression/init/init-suite.js';
import { type CaptureAlerts, initSuiteText } from '#docktape/regression/init/init-suite-text.js';
import { readSuite } from '#docktape/regression/suite/read-suite.js';
import type { Suite } from '#docktape/regression/suite.js';
import { Engine } from '#docktape/rules/engine.js';
import { readRulesFiles } from '#docktape/rules/rules-files.js';
import { captureParams } from '#docktape/source/open-params.js';
import { docktape, projectPath } from '../../support/docktape.js';

const captures = ['exec', 'image-network-volume', 'run-and-exit'].map((name) => projectPath(`captures/${name}.db`));
const rules = [projectPath('rules/docker_rules.yaml')];

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'docktape-init-')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a suite's text where it is to stand, and reads it. */
function readBack(text: string, suitePath = join(folder, 'a.suite.yaml')): Suite {
  writeFileSync(suitePath, text);
  return readSuite(suitePath);
}

function alertsOn(path: string, fired: readonly [string, number][], silent: readonly string[] = []): CaptureAlerts {
  return { path, fired: new Map(fired), silent };
}

/** Each case's expected rules with their counts. */
function countsOf({ cases }: Suite) {
  return cases.map(({ expectation }) =>
    expectation.kind === 'alerts'
      ? expectation.alerts.map(({ rule, count }) => [rule, count.atLeast, count.atMost])
      : 'golden',
  );
}

describe('the text', () => {
  it('has a case for each capture, and a comment for the rules that stayed silent', () => {
    const text = initSuiteText({
      suitePath: 'tests/night.suite.yaml',
      rulesPaths: ['rules'],
      settings: DEFAULT_SETTINGS,
      captures: [
        alertsOn('tests/exec.db', [['Shell executed in container', 2]], ['Container killed', 'Image deleted']),
        alertsOn('captures/quiet.db', [], ['Shell executed in container']),
        alertsOn('/var/log/all.db', [
          ['Container killed', 1],
          ['Image deleted', 12],
        ]),
      ],
    });
    const outside = relative(join(process.cwd(), 'tests'), '/var/log/all.db');
    expect(
      text,
    ).toBe(`# Written by \`docktape test --init\` from what the rules said at the time. It holds what is, which need not be right: review
# every alert and every silence, give the cases names that say what they show, and leave out what does not matter.

rules: ../rules

cases:
  - name: Alerts on exec.db
    capture: exec.db
    # These rules stayed silent:
    #   Container killed
    #   Image deleted
    expect:
      - rule: Shell executed in container
        count: 2

  - name: Alerts on quiet.db
    capture: ../captures/quiet.db
    # These rules stayed silent:
    #   Shell executed in container
    expect: none

  - name: Alerts on all.db
    capture: ${outside}
    expect:
      - rule: Container killed
        count: 1
      - rule: Image deleted
        count: 12
`);
  });

  it('keeps rules in order, and names cases by the path where two captures have one name', () => {
    const text = initSuiteText({
      suitePath: join(folder, 'a.suite.yaml'),
      rulesPaths: [join(folder, 'b'), join(folder, 'a'), folder],
      settings: DEFAULT_SETTINGS,
      captures: ['x/a.db', 'y/a.db', 'y/b.db'].map((path) => alertsOn(join(folder, path), [])),
    });
    const suite = readBack(text);
    expect(suite.rules).toEqual([join(folder, 'b'), join(folder, 'a'), folder]);
    expect(suite.cases.map(({ name }) => name)).toEqual(['Alerts on x/a.db', 'Alerts on y/a.db', 'Alerts on b.db']);
  });

  const odd = [
    'none',
    'true',
    'null',
    '~',
    '12',
    '1.10',
    '0x1F',
    '1e3',
    '.inf',
    '2024-05-01',
    '- a',
    '? a',
    'a: b',
    'a #b',
    '#b',
    '*a',
    '&a',
    '!a',
    '%a',
    '@a',
    '`a`',
    '"a"',
    "it's",
    '[a]',
    '{a}',
    '|',
    '>',
    '<<',
    ' a ',
    'a\nb',
    'a\tb',
    'a\u0000b\u0085c\u2028d',
    'é😀',
    '---',
    '...',
    'x'.repeat(300),
    `${'word '.repeat(60)}end`,
    '=',
    ',',
    ':',
    'yes',
    '\ufeffa',
    '__proto__',
  ];

  it('can hold rules and captures of any name', () => {
    const text = initSuiteText({
      suitePath: join(folder, 'a.suite.yaml'),
      rulesPaths: odd.map((name) => join(folder, name)),
      settings: DEFAULT_SETTINGS,
      captures: odd.map((name) =>
        alertsOn(
          join(folder, name),
          odd.map((rule, i) => [rule, i]),
          odd,
        ),
      ),
    });
    const suite = readBack(text);
    const paths = odd.map((name) => join(folder, name));
    expect(suite.rules).toEqual(paths);
    expect(suite.cases.map(({ streams }) => streams)).toEqual(
      paths.map((path) => [{ kind: 'capture', path, selection: {} }]),
    );
    expect(new Set(countsOf(suite).map((counts) => JSON.stringify(counts)))).toEqual(
      new Set([JSON.stringify(odd.map((rule, i) => [rule, i, i]))]),
    );
  });

  it('has the settings that are not the default', () => {
    const settings: FalcoSettings = {
      ruleMatching: 'all',
      priority: 'Informational',
      jsonOutput: true,
      jsonMembers: { output: false, outputFields: false, tags: false, message: true },
      timeFormatIso8601: true,
      appendOutput: [
        {
          source: 'docker',
          tags: ['a'],
          rule: 'R: x',
          format: 'on %evt.hostname',
          formattedFields: new Map([['x', '%docker.id #']]),
          rawFields: ['docker.id'],
        },
        { tags: [], format: '2', formattedFields: new Map(), rawFields: [] },
        { tags: ['b'], formattedFields: new Map(), rawFields: ['docker.type'] },
      ],
    };
    const text = (used: FalcoSettings) =>
      initSuiteText({
        suitePath: join(folder, 'a.suite.yaml'),
        rulesPaths: [folder],
        settings: used,
        captures: [alertsOn(join(folder, 'a.db'), [])],
      });
    expect(readBack(text(settings)).settings).toEqual(settings);
    expect(text(DEFAULT_SETTINGS)).not.toContain('settings:');
    expect(text({ ...DEFAULT_SETTINGS, priority: 'Notice' })).toContain('\nsettings:\n  priority: notice\n\n');
  });
});

describe('a first suite', () => {
  const signal = new AbortController().signal;

  /** How often each rule fires on a capture, by the engine itself: `fired` in the order of the first alerts. */
  async function replayed(path: string, settings: FalcoSettings) {
    const counts = new Map<string, number>();
    const names = await withDockerPlugin({}, async (plugin) => {
      const { engine } = Engine.load(readRulesFiles(rules), plugin, settings);
      if (!engine) throw new Error('the rules do not load');
      for await (const batch of batches(plugin, captureParams(path))) {
        for (const { rule } of engine.evaluate(batch)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      }
      return engine.rules.map(({ definition }) => definition.name);
    });
    return { fired: [...counts], silent: names.filter((name) => !counts.has(name)) };
  }

  it.each<[string, Partial<FalcoSettings>]>([
    ['with the default settings', {}],
    ['with others', { ruleMatching: 'all', priority: 'Notice' }],
  ])('expects what the rules say, %s', async (_, changed) => {
    const settings = { ...DEFAULT_SETTINGS, ...changed };
    const output = join(folder, 'first.suite.yaml');
    const text = await initSuite({ captures, rules, settings, output, signal });
    const suite = readBack(text, output);
    expect(suite).toMatchObject({ rules, settings });
    expect(suite.cases.map(({ streams }) => streams)).toEqual(
      captures.map((path) => [{ kind: 'capture', path, selection: {} }]),
    );
    const said = await Promise.all(captures.map((path) => replayed(path, settings)));
    expect(countsOf(suite)).toEqual(said.map(({ fired }) => fired.map(([rule, count]) => [rule, count, count])));
    const comments = text.split('\n').flatMap((line) => /^ {4}# {3}(.*)$/.exec(line)?.[1] ?? []);
    expect(comments).toEqual(said.flatMap(({ silent }) => silent));
  });

  it('counts what the shipped captures are known to hold', async () => {
    const text = await initSuite({ captures: captures.slice(0, 1), rules, settings: DEFAULT_SETTINGS, signal });
    expect(text).toContain('      - rule: Shell executed in container\n        count: 2\n');
    expect(text).toContain('    #   Container out of memory\n');
    expect(text).toContain(`\nrules: ${relative(process.cwd(), rules[0] as string)}\n`);
  });

  it('has each capture once', async () => {
    const [path = ''] = captures;
    const again = relative(process.cwd(), path);
    const text = await initSuite({ captures: [path, again], rules, settings: DEFAULT_SETTINGS, signal });
    expect(text.match(/capture:/g)).toHaveLength(1);
  });

  it('is not written from rules or captures that cannot be used', async () => {
    const broken = join(folder, 'broken.yaml');
    writeFileSync(
      broken,
      '- rule: R\n  desc: d\n  condition: docker.typ = x\n  output: o\n  priority: INFO\n  source: docker\n',
    );
    const options = { captures, rules, settings: DEFAULT_SETTINGS, signal };
    await expect(initSuite({ ...options, rules: [broken] })).rejects.toMatchObject({
      code: 'RULES',
      message: `${broken}:3:14: LOAD_ERR_COMPILE_CONDITION: unknown field docker.typ; did you mean docker.type?`,
    });
    await expect(initSuite({ ...options, captures: [join(folder, 'no.db')] })).rejects.toMatchObject({
      code: 'CAPTURE',
    });
  });

  it('is not written where it would test nothing', async () => {
    const options = { captures, rules, settings: DEFAULT_SETTINGS, signal };
    const other = join(folder, 'other.yaml');
    writeFileSync(other, '- rule: R\n  desc: d\n  condition: evt.num > 0\n  output: o\n  priority: INFO\n');
    await expect(initSuite({ ...options, rules: [other] })).rejects.toThrow(
      `no rule would be tested: none with \`source: docker\` that is enabled is in ${other}`,
    );
    const empty = join(folder, 'empty.db');
    writeFileSync(join(folder, 'empty.jsonl'), '');
    await docktape(['import', join(folder, 'empty.jsonl'), empty]);
    await expect(initSuite({ ...options, captures: [...captures, empty] })).rejects.toThrow(
      `${empty} has no events to test rules with: record some first`,
    );
  });

  it('is given up when the signal comes', async () => {
    const reason = new Error('enough');
    const options = { captures, rules, settings: DEFAULT_SETTINGS, signal: AbortSignal.abort(reason) };
    await expect(initSuite(options)).rejects.toBe(reason);
  });
});
