import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { processes } from '../../scripts/real/processes.mjs';
import type { TestReport } from '../../src/regression/report.js';
import { Docktape, docktape, type Ended, projectPath } from '../support/docktape.js';
import { until } from '../support/processes.js';
import { runContainers } from './support/containers.js';

const falco = process.env.DOCKTAPE_FALCO ?? '';
const rules = projectPath('rules');
const shippedSuite = projectPath('captures/docker_rules.suite.yaml');
const [exec, runAndExit] = [projectPath('captures/exec.db'), projectPath('captures/run-and-exit.db')];

let folder: string;
let temporary: string;
/** No pipeline, and folders of its own. */
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-falco-engine-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  env = { CI: '', GITHUB_ACTIONS: '', NO_COLOR: '1', XDG_CACHE_HOME: folder, TMPDIR: temporary };
  return () => {
    // Whatever a test does: no process that docktape started is left, and no file.
    const left = { processes: ours().map(({ command }) => command.join(' ')), files: readdirSync(temporary) };
    rmSync(folder, { recursive: true, force: true });
    expect(left).toEqual({ processes: [], files: [] });
  };
});

/** The processes with the temporary folder of this test: docktape and all that it starts. */
function ours() {
  return processes().filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TMPDIR=${temporary}`);
    } catch {
      return false; // it ended meanwhile
    }
  });
}

/** Whether a Falco of this test evaluates events. */
function evaluates(): boolean {
  return ours().some(({ command }) => command.includes('--enable-source') && command[0] === falco);
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A Falco that is run with something besides. */
function wrapped(script: string): string {
  const path = write('wrapped-falco', `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function rule(condition: string, more: object = {}): string {
  return JSON.stringify([
    { rule: 'R', desc: 'd', condition, output: 'x', priority: 'INFO', source: 'docker', ...more },
  ]);
}

/** A capture of so many events, about which the shipped rules say nothing but about the first. */
async function longCapture(events: number): Promise<string> {
  const event = (action: string) =>
    `{"Type":"container","Action":"${action}","Actor":{"ID":"c0ffee"},"time":1700000000}\n`;
  const lines = write('long.jsonl', event('exec_start: sh') + event('top').repeat(events - 1));
  const path = join(folder, 'long.db');
  expect(await docktape(['import', lines, path], env)).toMatchObject({ code: 0 });
  return path;
}

/** What `docktape test` says, as JSON. */
async function report(args: readonly string[]): Promise<{ readonly ended: Ended; readonly report: TestReport }> {
  const file = join(folder, 'report.json');
  const ended = await docktape(['test', ...args, '--reporter', `json=${file}`, '--reporter', 'pretty'], env);
  return { ended, report: JSON.parse(readFileSync(file, 'utf8')) as TestReport };
}

describe.runIf(falco)('01 replay says what the embedded engine says', () => {
  const replay = (engine: string, ...more: readonly string[]) =>
    docktape(['replay', exec, runAndExit, '-r', rules, '-q', '--engine', engine, ...more], { ...env, ...zone });
  const zone = { TZ: 'Asia/Tokyo' };

  test.each([
    [[]],
    [['--json']],
    [['--json', '-o', 'rule_matching=all', '-o', 'json_include_message_property=true']],
    [['-o', 'priority=notice', '-o', 'time_format_iso_8601=true']],
    [
      [
        '--json',
        '-o',
        'append_output[]={extra_output: "of %docker.type", extra_fields: [docker.scope, {n: "%evt.num"}]}',
      ],
    ],
    [['--json', '--session', 'last', '--since', '2026-11-23T21:07:18Z']],
  ])('with %j', async (options) => {
    const [embedded, real] = await Promise.all([replay('embedded', ...options), replay('falco', ...options)]);
    expect(embedded).toMatchObject({ code: 0, stderr: '' });
    expect(embedded.stdout.length).toBeGreaterThan(100);
    expect(real).toEqual(embedded);
  });

  test('and sums it up with the version', async () => {
    const { code, stderr } = await docktape(['replay', exec, '-r', rules, '--engine', `falco=${falco}`], env);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^23 events, 9 alerts from 6 rules, in .* s \(.* events\/s\), by Falco 0\.\d+\.\d+\n/);
  });

  test('also where there is no event, and no alert', async () => {
    const none = ['replay', exec, '-r', rules, '--since', '2100-01-01T00:00:00Z', '--engine', 'falco'];
    const { code, stdout, stderr } = await docktape(none, env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^0 events, 0 alerts from 0 rules, /);
  });
});

describe.runIf(falco)('02 rules that Falco refuses, or warns of, are shown at their place', () => {
  test('with a caret', async () => {
    const file = write(
      'bad.yaml',
      '- rule: A\n  desc: d\n  condition: docker.nope = 3\n  output: x\n  priority: INFO\n  source: docker\n',
    );
    const { code, stdout, stderr } = await docktape(['replay', exec, '-r', file, '--engine', 'falco'], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${file}:3:\\d+: LOAD_ERR_COMPILE_CONDITION: .*docker\\.nope`)),
      '    condition: docker.nope = 3',
      expect.stringMatching(/^ +\^$/),
      'docktape: 1 error in the rules: see above',
      '',
    ]);
  });

  test('once for several captures', async () => {
    const file = write('warns.yaml', `${rule('docker.action = create')}\n`);
    const unused = write('unused.yaml', '- list: unused\n  items: [a]\n');
    const args = ['replay', exec, runAndExit, '-r', file, '-r', unused, '-q', '--engine', 'falco'];
    const { code, stderr } = await docktape(args, env);
    expect(code).toBe(0);
    expect(stderr.match(/LOAD_UNUSED_LIST/g)).toHaveLength(1);
    expect(stderr).toMatch(new RegExp(`^${unused}:1:3: LOAD_UNUSED_LIST: `));
  });
});

describe.runIf(falco)('03 Ctrl-C and silence', () => {
  test('a replay ends with what it said so far', async () => {
    const replay = new Docktape(['replay', runAndExit, '-r', rules, '--speed', '1', '--engine', 'falco'], env);
    await replay.says('Container status changed');
    replay.kill('SIGINT');
    const { code, stdout, stderr } = await replay.ended();
    expect(code).toBe(130);
    expect(stdout).not.toContain('container=never-started');
    // How many events Falco had read by then is not known.
    expect(stderr).toMatch(/^\d+ alerts? from \d+ rules?, in [\d.]+ s, by Falco/);
  });

  test('a test ends, with its Falcos', async () => {
    const path = await longCapture(400_000);
    // Streams that differ, so that each is evaluated.
    const cases = [0, 1].map(
      (since) => `  - { name: c${since}, capture: { path: ${path}, since: '${since}' }, expect: none }\n`,
    );
    const suite = write('long.suite.yaml', `rules: ${rules}\ncases:\n${cases.join('')}`);
    const run = new Docktape(['test', suite, '--engine', 'both', '--workers', '2'], env);
    await until(evaluates, 60_000);
    run.kill('SIGINT');
    expect(await run.ended()).toMatchObject({ code: 130, stdout: '' });
  });

  test('a Falco that says nothing for --falco-timeout counts as hung', async () => {
    const args = ['replay', runAndExit, '-r', rules, '--speed', '0.001', '--engine', 'falco', '--falco-timeout', '3s'];
    const { code, stderr } = await docktape(args, env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^docktape: .*falco.* 3 s/im);
  });
});

describe.runIf(falco)('04 suites', () => {
  const inline = `
cases:
  - name: inline
    events:
      - { Type: container, Action: 'exec_start: sh -c id', Actor: { ID: c0ffee, Attributes: { name: ünï, image: x } } }
      - { Type: container, Action: top }
      - '{"Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":{"exitCode":"1","name":"q\\"uote\\u0001"}},"timeNano":1700000000123456789}'
    expect:
      - { rule: Shell executed in container, event: 1, fields: { docker.container.name: ünï, 'docker.attributes[image]': x } }
      - { rule: Container status changed, event: 3 }
      - { rule: Container ended with failure, event: 3, fields: { 'docker.attributes[nope]': { absent: true } } }
  - { name: quiet, events: [{ Type: container, Action: top }], expect: none }
  - { name: exact, captures: [${exec}, ${runAndExit}], golden: both.golden.jsonl }
`;

  test.each(['falco', 'both'])('that ship pass with --engine %s', async (engine) => {
    const { ended, report: ran } = await report([shippedSuite, '--engine', engine, '--min-coverage', '100']);
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd()).toMatch(
      engine === 'both' ? /, by the embedded engine and Falco 0\..*$/ : /, by Falco 0\..*$/,
    );
    expect(ran.totals).toMatchObject({ failed: 0, passed: ran.suites[0]?.cases.length });
    expect(ran.falco).toMatchObject({ compared: engine === 'both' });
    expect(ran.coverage.percent).toBe(100);
  });

  test('with inline events, goldens and fields that no output has', async () => {
    const suite = write('inline.suite.yaml', `rules: ${rules}\nsettings: { rule_matching: all }${inline}`);
    // The golden is written by the embedded engine, and Falco's alerts must be the same to the byte.
    expect((await report([suite])).ended.code).toBe(0);
    for (const engine of ['falco', 'both']) {
      const { ended, report: ran } = await report([suite, '--engine', engine, '--no-lint', '--workers', '1']);
      expect(ended.code).toBe(0);
      expect(ran.totals).toMatchObject({ passed: 3, failed: 0 });
      expect(ran.goldens).toEqual([]);
    }
  });

  test('show why a case fails by the alerts of Falco', async () => {
    const suite = write(
      'fails.suite.yaml',
      `rules: ${rules}\ncases:\n  - { name: fails, capture: ${exec}, expect: [{ rule: Container out of memory }], allow_other: true }\n`,
    );
    const { ended } = await report([suite, '--engine', 'falco']);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/expected at least 1 alert of "Container out of\s+memory", but it did\s+not fire/);
    expect(ended.stdout).toContain('<- ');
  });
});

describe.runIf(falco)('05 engines that differ', () => {
  test('fail every case about whose alerts they do, each named', async () => {
    // A Falco with another setting than the suite's.
    const other = wrapped(`exec '${falco}' "$@" -o priority=notice`);
    const suite = write(
      'differ.suite.yaml',
      `rules: ${rules}\ncases:\n  - { name: d, capture: ${exec}, forbid: [Container out of memory] }\n  - { name: k, known_failure: not yet, capture: ${exec}, expect: [{ rule: Container out of memory }] }\n`,
    );
    const { ended, report: ran } = await report([suite, '--engine', `both=${other}`]);
    expect(ended.code).toBe(1);
    expect(ran.suites[0]?.cases.map(({ status }) => status)).toEqual(['failed', 'failed']);
    const [failures = []] = ran.suites[0]?.cases.map((one) => one.failures) ?? [];
    expect(failures.map(({ kind, message }) => `${kind}: ${message}`)).toContain(
      'engines: the engines differ about "Container status changed": 2 by the embedded engine only',
    );
    expect(failures.every(({ kind }) => kind === 'engines')).toBe(true);
    expect(ended.stdout).toMatch(
      /Falco {5}event 1: no alert\n {12}event 3: no alert\n {2}embedded {2}event 1: Container status/,
    );
  });

  test('on whether rules can be loaded are an error at the place', async () => {
    // Falco nests 600 parentheses, and knows the fields of system calls.
    const deep = write('deep.yaml', rule(`${'('.repeat(600)}docker.action = top${')'.repeat(600)}`));
    const foreign = write('foreign.yaml', rule('proc.nope = x', { source: 'syscall' }));
    const cases = `cases: [{ name: a, capture: ${exec}, forbid: [R] }]\n`;
    for (const [file, message] of [
      [deep, /^Falco 0\.\S+ loads these rules, but the embedded engine/],
      [foreign, /^the embedded engine loads these rules, but Falco 0\.\S+ does not/],
    ] as const) {
      const suite = write('verdict.suite.yaml', `rules: ${file}\n${cases}`);
      const { ended, report: ran } = await report([suite, '--engine', 'both']);
      expect(ended.code).toBe(2);
      expect(ran.suites[0]?.cases).toEqual([]);
      const told = ran.suites[0]?.findings.find(({ code }) => code === 'ENGINES_DIFFER');
      expect(told).toMatchObject({ severity: 'error', message: expect.stringMatching(message), place: { file } });
    }
  });

  test('a Falco that fails is a failure of the stream, with its last lines', async () => {
    const failing = wrapped(
      `case "$*" in *' -V '* | *--version*) exec '${falco}' "$@";; esac\necho 'a last word' >&2\nexit 3`,
    );
    const suite = write(
      's.suite.yaml',
      `rules: ${rules}\ncases: [{ name: a, capture: ${exec}, forbid: [Container out of memory] }]\n`,
    );
    const { ended, report: ran } = await report([suite, '--engine', `falco=${failing}`]);
    expect(ended.code).toBe(1);
    expect(ran.suites[0]?.cases[0]?.failures).toMatchObject([
      { kind: 'stream', message: expect.stringContaining('exit code 3'), actual: ['a last word'] },
    ]);
  });
});

describe.runIf(falco)('06 live', () => {
  let dockerd: Dockerd;
  beforeAll(async () => {
    dockerd = await startDockerd();
  });
  afterAll(() => dockerd?.stop());

  test('prints alerts as containers start, until Ctrl-C', async () => {
    const live = new Docktape(['live', dockerd.host, '-r', rules, '--json', '--engine', 'falco'], env);
    await until(evaluates, 30_000);
    // Falco does not say when it follows the daemon.
    while (!live.stdout.includes('status=start')) await runContainers(dockerd, 1);
    live.kill('SIGINT');
    const { code, stdout, stderr } = await live.ended();
    expect(code).toBe(0);
    const alerts = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(alerts.length).toBeGreaterThan(0);
    for (const alert of alerts) {
      expect(alert).toMatchObject({ hostname: 'host', source: 'docker' });
      expect(alert).not.toHaveProperty('event');
    }
    expect(stderr).toMatch(/^\d+ alerts? from \d+ rules?, in [\d.]+ s, by Falco 0\./m);
  });

  test('with --fail an absent daemon is an error, and without it is waited for', async () => {
    const nobody = `unix://${folder}/nobody.sock`;
    const failed = await docktape(['live', nobody, '-r', rules, '--fail', '--engine', 'falco'], env);
    expect(failed).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nobody.sock') });
    const waiting = new Docktape(['live', nobody, '-r', rules, '--engine', 'falco'], env);
    await waiting.says('nobody.sock');
    expect(evaluates()).toBe(true);
    waiting.kill('SIGINT');
    expect((await waiting.ended()).code).toBe(0);
  });
});
