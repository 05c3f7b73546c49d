import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { localGoldens, lockedGoldens, updatedGoldens } from '#docktape/regression/golden/modes.js';
import type { CaseReport } from '#docktape/regression/report.js';
import { type RunOptions, runSuites } from '#docktape/regression/run/run-suites.js';
import type { Suite, TestCase } from '#docktape/regression/suite.js';
import { freshFile, freshFolder, inline, SHIPPED_RULES, shipped, suite, testCase } from './suites.js';

/** Runs suites in this thread and locked, unless told otherwise. */
function run(suites: readonly Suite[], options: Partial<RunOptions> = {}) {
  return runSuites(suites, { goldens: lockedGoldens, workers: 1, ...options });
}

/** The report of the only case. */
async function runCase(
  one: TestCase,
  more: Partial<Suite> = {},
  options: Partial<RunOptions> = {},
): Promise<CaseReport> {
  const report = await run([suite([one], more)], options);
  return report.suites[0]?.cases[0] as CaseReport;
}

const shell = { rule: 'Shell executed in container' };
const exec = shipped('exec');

describe('01 cases that pass', () => {
  it('over a capture and inline events', async () => {
    const report = await run([
      suite([
        testCase('exec', [exec], { alerts: [{ ...shell, count: { atLeast: 2, atMost: 2 } }], allowOther: true }),
        testCase('inline', [inline('exec_start: sh')], { alerts: [shell] }),
        testCase('silence', [inline('top', 'pause')]),
      ]),
    ]);
    expect(report.suites[0]?.cases.map(({ failures }) => failures)).toEqual([[], [], []]);
    expect(report).toMatchObject({
      kind: 'test',
      totals: { passed: 3, failed: 0, skipped: 0, 'known failure': 0 },
      suites: [{ path: 'my.suite.yaml', findings: [] }],
      goldens: [],
    });
    expect(report.suites[0]?.cases[2]).toMatchObject({ events: 2, alerts: 0, status: 'passed' });
  });

  it('with fields that the output lacks, and event numbers of the capture', async () => {
    const fields = [
      {
        field: 'docker.type',
        place: { file: 's', line: 1, column: 1 },
        test: { kind: 'equals', value: 'container' } as const,
      },
      {
        field: "docker.attributes['name']",
        place: { file: 's', line: 1, column: 1 },
        test: { kind: 'regex', pattern: '.+' } as const,
      },
    ];
    const all = await runCase(testCase('all', [exec], { alerts: [{ ...shell, fields }], allowOther: true }));
    expect(all.failures).toEqual([]);
    const report = await run([
      suite([testCase('x', [exec], { alerts: [{ ...shell, event: 999 }], allowOther: true })]),
    ]);
    const line = report.suites[0]?.cases[0]?.failures[0]?.actual[0] ?? '';
    const event = Number(/^event (\d+): /.exec(line)?.[1]);
    const narrowed = await run([suite([testCase('x', [exec], { alerts: [{ ...shell, event }], allowOther: true })])]);
    expect(narrowed.totals.passed).toBe(1);
  });

  it('by the settings of the suite', async () => {
    const one = testCase('all', [inline('die')], { alerts: [{ rule: 'Container status changed' }] });
    const settings = { ...DEFAULT_SETTINGS, priority: 'Notice' } as const;
    expect((await runCase(one)).status).toBe('passed');
    expect((await runCase(one, { settings })).failures[0]?.message).toContain('has the priority Debug');
  });

  it('that are selected, and are told as they finish', async () => {
    const told: string[] = [];
    const report = await run(
      [suite([testCase('a', [inline('top')]), testCase('b', [inline('top')], { skip: 'later' })])],
      {
        select: (path, name) => path === 'my.suite.yaml' && name === 'b',
        onCase: ({ name, status }) => told.push(`${name} ${status}`),
      },
    );
    expect(told).toEqual(['b skipped']);
    expect(report.suites[0]?.cases).toMatchObject([{ name: 'b', status: 'skipped', reason: 'later' }]);
    expect(report.totals).toEqual({ passed: 0, failed: 0, skipped: 1, 'known failure': 0 });
  });
});

describe('02 cases that fail', () => {
  it('show the event that came nearest and why the rule did not fire on it', async () => {
    const { status, failures } = await runCase(testCase('x', [inline('top', 'exec_start: ls')], { alerts: [shell] }));
    expect(status).toBe('failed');
    expect(failures).toMatchObject([
      {
        kind: 'missing',
        message: 'expected at least 1 alert of "Shell executed in container", but it did not fire on any of 2 events',
        rulePlace: { file: SHIPPED_RULES },
        event: { stream: 'events', event: 2, explanation: { rule: shell.rule, holds: false, fires: false } },
      },
    ]);
    const event = failures[0]?.event;
    expect(event?.line).toBe(
      '2  2023-11-14T22:13:21.000000000Z  container exec_start: ls c0ffee (name=web, image=nginx)',
    );
    expect(event?.fields).toContainEqual({ field: 'docker.exec.command', value: 'ls' });
  });

  it('show the event that they name', async () => {
    const alerts = [{ ...shell, event: 1 }];
    const { failures } = await runCase(testCase('x', [inline('top', 'exec_start: sh')], { alerts, allowOther: true }));
    expect(failures[0]?.event).toMatchObject({ event: 1, explanation: { fires: false } });
  });

  it('show what fired unexpectedly, and why', async () => {
    const { failures } = await runCase(testCase('x', [inline('top'), inline('top', 'exec_start: sh')]));
    expect(failures).toMatchObject([
      {
        kind: 'unexpected',
        actual: [expect.stringMatching(/^events event 2: Shell executed in container \| command=sh /)],
        event: { stream: 'events', event: 2, explanation: { fires: true } },
      },
    ]);
  });

  it('of which it is known pass, until they do', async () => {
    const knownFailure = 'the rule is to come';
    const [stays, passes] = [inline('top'), inline('exec_start: sh')];
    const known = await runCase(testCase('x', [stays], { alerts: [shell], knownFailure }));
    expect(known).toMatchObject({ status: 'known failure', reason: knownFailure, failures: [{ kind: 'missing' }] });
    const passed = await runCase(testCase('x', [passes], { alerts: [shell], knownFailure }));
    expect(passed).toMatchObject({
      status: 'failed',
      failures: [{ kind: 'known failure', message: expect.stringContaining('remove its known_failure') }],
    });
  });

  it('by what no rule could meet do so whatever is known of them', async () => {
    const knownFailure = 'the rule is to come';
    const place = { file: 'my.suite.yaml', line: 7, column: 9 };
    const fields = [{ field: 'docker.nosuch', place, test: { kind: 'absent' } as const }];
    const path = join(freshFolder(), 'no.jsonl');
    const expectation = { kind: 'golden', path, place } as const;
    const one = await runCase(testCase('x', [inline('top')], { alerts: [{ ...shell, fields }], knownFailure }));
    const message = expect.stringContaining('docker.nosuch');
    expect(one).toMatchObject({ status: 'failed', failures: [{ kind: 'missing', message, place, rule: shell.rule }] });
    const other = await runCase(testCase('x', [inline('top')], { expectation, knownFailure }));
    expect(other).toMatchObject({ status: 'failed', failures: [{ kind: 'golden', place }] });
    expect(other.failures[0]?.message).toContain(`${path} is missing, and is not written while`);
    const unwritten = await runCase(testCase('x', [inline('top')], { alerts: [{ rule: 'To Come' }], knownFailure }));
    expect(unwritten.status).toBe('known failure');
  });
});

describe('03 streams that cannot be read', () => {
  it.each([
    ['that is not there', () => join(freshFolder(), 'no.db'), 'does not exist'],
    ['that is none', () => freshFile('text.db', 'no capture at all'), 'is not a capture'],
    ['whose pages are gone', () => damaged(), 'damaged'],
  ])('a capture %s fails the cases concerned, and no other', async (_, make, text) => {
    const path = make();
    const bad = testCase('bad', [exec, { kind: 'capture', path, selection: {} }], { allowOther: true });
    const known = testCase('known', [{ kind: 'capture', path, selection: {} }], { knownFailure: 'whatever' });
    const report = await run([suite([bad, testCase('good', [inline('top')]), known])]);
    const [first, ...others] = report.suites[0]?.cases ?? [];
    expect(first).toMatchObject({ status: 'failed', failures: [{ kind: 'stream', place: { line: 5 } }] });
    expect(first?.failures[0]?.message).toContain(path);
    expect(first?.failures[0]?.message).toContain(text);
    expect(others.map(({ status }) => status)).toEqual(['passed', 'failed']);
  });

  it('a session that a capture does not have', async () => {
    const { failures } = await runCase(testCase('x', [shipped('exec', { session: 7 })]));
    expect(failures).toMatchObject([{ kind: 'stream', message: expect.stringContaining('has no session 7') }]);
  });

  it('streams without an event are no test', async () => {
    const { status, failures } = await runCase(testCase('x', [shipped('exec', { until: 5n })]));
    expect(status).toBe('failed');
    expect(failures[0]?.message).toMatch(/^no event of .*exec\.db is selected/);
  });
});

describe('04 rules that do not load', () => {
  it('are findings, and no case is run', async () => {
    const rules = [freshFile('bad.yaml', '- rule: X\n  condition: docker.typ = x\n')];
    const report = await run([suite([testCase('x', [exec])], { rules }), suite([testCase('y', [inline('top')])])]);
    expect(report.suites).toMatchObject([
      { findings: [{ severity: 'error', place: { file: rules[0], line: 1 } }], cases: [] },
      { findings: [], cases: [{ status: 'passed' }] },
    ]);
  });

  it('that are not there are findings too', async () => {
    const rules = [SHIPPED_RULES, join(freshFolder(), 'no.yaml')];
    const report = await run([suite([testCase('x', [exec])], { rules })]);
    expect(report.suites).toMatchObject([
      {
        findings: [{ severity: 'error', code: 'LOAD_ERR_FILE_READ', text: expect.stringContaining('no.yaml') }],
        cases: [],
      },
    ]);
  });

  it('warnings are findings that keep nobody from running', async () => {
    const rules = [SHIPPED_RULES, freshFile('unused.yaml', '- list: nobody_uses_me\n  items: [a]\n')];
    const report = await run([suite([testCase('x', [inline('top')])], { rules })]);
    expect(report.suites).toMatchObject([
      { findings: [{ severity: 'warning', code: 'LOAD_UNUSED_LIST' }], cases: [{ status: 'passed' }] },
    ]);
  });
});

describe('05 rules of which none is evaluated', () => {
  const rule = (more: string) => `- rule: X\n  desc: d\n  output: o\n  priority: INFO\n${more}`;
  const onDocker = '  source: docker\n  condition: docker.type = nosuch\n';

  it.each([
    ['another source', rule('  condition: evt.num > 0\n'), {}],
    ['disabled', rule(`${onDocker}  enabled: false\n`), {}],
    ['below the priority', rule(onDocker), { settings: { ...DEFAULT_SETTINGS, priority: 'Error' } as const }],
    ['no rule at all', '- list: shells\n  items: [sh]\n', {}],
  ])('are an error, and no case is run: %s', async (_, text, more) => {
    const rules = [freshFile('idle.yaml', text)];
    const { suites, totals } = await run([suite([testCase('quiet', [exec])], { rules, ...more })]);
    const errors = suites[0]?.findings.filter(({ severity }) => severity === 'error');
    expect(errors).toMatchObject([
      { code: 'NO_RULES', message: expect.stringContaining('`source: docker`'), place: { file: rules[0], line: 1 } },
    ]);
    expect(totals.passed).toBe(0);
  });

  it('are fine once one of them is', async () => {
    const rules = [freshFile('some.yaml', rule(onDocker))];
    const { suites } = await run([suite([testCase('quiet', [exec])], { rules })]);
    expect(suites).toMatchObject([{ findings: [], cases: [{ status: 'passed' }] }]);
  });
});

describe('06 goldens', () => {
  const goldenCase = (path: string, more = {}) => {
    const expectation = { kind: 'golden', path, place: { file: 'my.suite.yaml', line: 8, column: 5 } } as const;
    return testCase('g', [inline('exec_start: sh', 'top')], { expectation, ...more });
  };

  it('are the alerts in JSON, in UTC and of the host docktape', async () => {
    const path = join(freshFolder(), 'sh.jsonl');
    expect((await runCase(goldenCase(path))).failures[0]?.kind).toBe('golden');
    const report = await run([suite([goldenCase(path)])], { goldens: localGoldens });
    expect(report.goldens).toMatchObject([{ path, removed: [] }]);
    const [line = '', ...others] = readFileSync(path, 'utf8').split('\n');
    expect(others).toEqual(['']);
    expect(line).toMatch(/^\{"event":1,"hostname":"docktape","output":"22:13:20\.000000000: Notice Shell executed/);
    expect(line).toContain('"time":"2023-11-14T22:13:20.000000000Z"');
    expect((await runCase(goldenCase(path))).status).toBe('passed');
  });

  it('belong to one case each, also in different suites', async () => {
    const path = join(freshFolder(), 'sh.jsonl');
    const [one, other] = ['a.suite.yaml', 'b.suite.yaml'].map((file) => {
      const expectation = { kind: 'golden', path, place: { file, line: 8, column: 5 } } as const;
      return suite([testCase('g', [inline('top')], { expectation })], { path: file });
    }) as [Suite, Suite];
    await expect(run([one, other], { goldens: updatedGoldens })).rejects.toThrow(
      `b.suite.yaml:8:5: the golden ${path} is that of the case at a.suite.yaml:8 already`,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('that differ show the event, and why the rule no longer fires on it', async () => {
    const path = join(freshFolder(), 'sh.jsonl');
    await run([suite([goldenCase(path)])], { goldens: localGoldens });
    writeFileSync(path, readFileSync(path, 'utf8').replace('"event":1', '"event":2'));
    const { failures } = await runCase(goldenCase(path));
    expect(failures).toMatchObject([
      {
        kind: 'golden',
        message: `the alerts differ from the golden ${path}: 1 lost, 1 gained`,
        event: { event: 2, explanation: { fires: false } },
      },
    ]);
  });

  it('are not written for a case that is skipped, known to fail, or cannot be read', async () => {
    const folder = freshFolder();
    const missing = [{ kind: 'capture', path: join(freshFolder(), 'no.db'), selection: {} }] as const;
    const cases = [{ skip: 'x' }, { knownFailure: 'x' }, { streams: missing }].map((more, i) =>
      goldenCase(join(folder, `${i}.jsonl`), more),
    );
    const report = await run([suite(cases)], { goldens: updatedGoldens });
    expect(report.goldens).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(report.totals).toEqual({ passed: 0, failed: 2, skipped: 1, 'known failure': 0 });
  });
});

describe('07 coverage', () => {
  const rules = readFileSync(SHIPPED_RULES, 'utf8').match(/^- rule:/gm)?.length ?? 0;

  it('is of all suites with the same rules', async () => {
    const one = suite([testCase('fires', [inline('exec_start: sh')], { alerts: [shell] })], { path: 'a.yaml' });
    const other = suite(
      [
        testCase('silent', [inline('top')]),
        testCase('the same again', [inline('top')]),
        testCase('fails', [inline('exec_start: sh')]),
      ],
      { path: 'b.yaml' },
    );
    const { coverage } = await run([one, other]);
    const rule = coverage.rules.filter(({ rule }) => rule === shell.rule);
    // The event of both suites is evaluated once, and so is the silent one.
    expect(rule).toMatchObject([
      { fired: 1, positive: ['a.yaml: fires'], negative: ['b.yaml: silent', 'b.yaml: the same again'] },
    ]);
    expect(coverage.rules).toHaveLength(rules);
    expect(coverage.percent).toBeCloseTo(100 / rules);
  });

  it('lists rules that no case looks at', async () => {
    const { coverage } = await run([suite([testCase('x', [exec], { skip: 'later' })])]);
    expect(coverage.rules.map(({ fired, positive, negative }) => [fired, positive, negative])).toEqual(
      Array.from({ length: rules }, () => [0, [], []]),
    );
    expect(coverage.percent).toBe(0);
  });
});

/** A capture of which only the first page is left as it was. */
function damaged(): string {
  const folder = freshFolder();
  const path = join(folder, 'damaged.db');
  const bytes = readFileSync(exec.path);
  bytes.fill(0xff, 4096);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
