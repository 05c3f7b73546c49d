import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Docktape, docktape, projectPath } from '../support/docktape.js';

const rules = projectPath('rules');
const capture = projectPath('captures/run-and-exit.db');
const exec = projectPath('captures/exec.db');

interface JsonAlert {
  readonly event: number;
  readonly rule: string;
  readonly time: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

function alertsOf(stdout: string): JsonAlert[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonAlert);
}

describe('01 alerts', () => {
  test('are text like Falco prints it, the same each time', async () => {
    const first = await docktape(['replay', exec, '-r', rules]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^\d\d:\d\d:\d\d\.\d{9}: Debug Container status changed \| status=create from=busybox:1 /,
    );
    expect(first.stdout).toContain('Notice Shell executed in container');
    expect(await docktape(['replay', exec, '-r', rules, '-q'])).toEqual({ code: 0, stdout: first.stdout, stderr: '' });
  });

  test('carry the event number, which `show` prints too', async () => {
    const { stdout } = await docktape(['replay', capture, '-r', rules, '--json']);
    const alerts = alertsOf(stdout);
    const died = alerts.filter(({ rule }) => rule === 'Container ended with failure');
    expect(died.length).toBeGreaterThan(0);
    const shown = await docktape(['show', capture, 'docker.action = die and docker.exitcode != 0']);
    const numbers = shown.stdout.split('\n').map((line) => Number(line.split(' ')[0]));
    for (const { event } of died) expect(numbers).toContain(event);
  });

  test('keep their event number when only a part is replayed', async () => {
    const whole = alertsOf((await docktape(['replay', capture, '-r', rules, '--json'])).stdout);
    const middle = whole[Math.floor(whole.length / 2)] as JsonAlert;
    const part = await docktape([
      'replay',
      capture,
      '-r',
      rules,
      '--json',
      '--since',
      middle.time,
      '-o',
      'json_include_tags_property=true',
    ]);
    expect(alertsOf(part.stdout)[0]).toEqual(middle);
  });

  test('come from several captures, one after another', async () => {
    const [a, b, both] = await Promise.all([
      docktape(['replay', exec, '-r', rules, '-q']),
      docktape(['replay', capture, '-r', rules, '-q']),
      docktape(['replay', exec, capture, '-r', rules, '-q']),
    ]);
    expect(both.stdout).toBe(a.stdout + b.stdout);
  });

  test('are summed up on standard error', async () => {
    const { stdout, stderr } = await docktape(['replay', exec, '-r', rules]);
    const count = stdout.split('\n').length - 1;
    expect(stderr).toMatch(new RegExp(`^23 events, ${count} alerts from \\d+ rules, in .* s \\(.* events/s\\)\n`));
    expect(stderr).toMatch(/ {2}\d+ {2}Shell executed in container\n/);
  });
});

describe('02 settings', () => {
  test('shape the alerts', async () => {
    const options = ['-o', 'rule_matching=all', '-o', 'priority=warning', '-o', 'json_output=true'];
    const alerts = alertsOf((await docktape(['replay', capture, '-r', rules, ...options])).stdout);
    // The kernel says it once or twice for one container.
    expect(new Set(alerts.map(({ rule }) => rule))).toEqual(new Set(['Container out of memory']));
  });

  test('TZ and FALCO_HOSTNAME mean what they mean to Falco', async () => {
    const environment = { TZ: 'Asia/Tokyo', FALCO_HOSTNAME: 'sensor-7' };
    const [tokyo, utc] = await Promise.all([
      docktape(['replay', exec, '-r', rules, '-q'], environment),
      docktape(['replay', exec, '-r', rules, '-q']),
    ]);
    const hours = ({ stdout }: { stdout: string }) => Number(stdout.slice(0, 2));
    expect((hours(tokyo) + 24 - hours(utc)) % 24).toBe(9);
    const json = await docktape(['replay', exec, '-r', rules, '--json'], environment);
    expect(json.stdout).toContain('"hostname":"sensor-7"');
  });
});

describe('03 speed', () => {
  test('1 is the recorded pace, and Ctrl-C ends it', async () => {
    const replay = new Docktape(['replay', capture, '-r', rules, '--speed', '1']);
    await replay.says('Container status changed');
    replay.kill('SIGINT');
    const { code, stdout } = await replay.ended();
    expect(code).toBe(130);
    // The whole recording lasts for several seconds and ends with this.
    expect(stdout).not.toContain('container=never-started');
  });
});

describe('04 wrong use is exit code 2 and one message', () => {
  test.each([
    [['replay', exec], "required option '-r, --rules <path>' not specified"],
    [['replay', 'nope.db', '-r', rules], 'nope.db'],
    [['replay', projectPath('README.md'), '-r', rules], 'is not a capture: it is no SQLite file'],
    [['replay', exec, '-r', 'nope.yaml'], 'cannot read the rules at nope.yaml'],
    [['replay', exec, '-r', projectPath('docs')], 'has no rules: no .yaml or .yml file is in it'],
    [['replay', exec, '-r', rules, '--speed', 'fast'], 'write max, or a factor such as 1'],
    [['show', exec, '--since', '1m', '--until', '1h'], 'is later than --until'],
    [['replay', exec, '-r', rules, '--session', '7'], 'session'],
    [['replay', exec, '-r', rules, '-o', 'priorty=debug'], "no such setting 'priorty'"],
    [['show', exec, 'docker.action ='], 'condition:1:16'],
    [['show', exec, '--format', '%docker.nope'], 'format:1:2'],
    [['shwo', exec], 'Did you mean show?'],
    [['replay', exec, '-r', rules, '-o', 'priority=loud'], 'must be one of'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await docktape(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('at '.concat('file://'));
  });

  test('a broken rules file is shown with its line and a caret', async () => {
    const file = projectPath('test/rules/conformance/cases/field-unknown/rules.yaml');
    const { code, stderr } = await docktape(['replay', exec, '-r', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/rules\.yaml:\d+:\d+: LOAD_ERR_COMPILE_CONDITION: /);
    expect(stderr).toMatch(/\n +\^\n/);
  });
});

describe('05 show', () => {
  test('--json gives the daemon’s lines, with what was found out beside them', async () => {
    const shown = await docktape(['show', exec, '--json']);
    const exported = await docktape(['export', exec, '--with-context']);
    expect(shown.stdout).toBe(exported.stdout);
    expect(shown.stdout.split('\n')).toHaveLength(24);
  });

  test('a condition and a format', async () => {
    const { stdout } = await docktape([
      'show',
      exec,
      'docker.action.verb = exec_start',
      '--format',
      '%evt.num %docker.container.name %docker.exec.command',
    ]);
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(line).toMatch(/^\d+ web \S/);
  });

  test('lines for people', async () => {
    const { stdout } = await docktape(['show', exec, '--until', '2100-01-01T00:00:00Z']);
    expect(stdout).toMatch(
      /^1 {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z {2}container create [0-9a-f]{12} \(image=busybox:1, name=web/,
    );
  });
});

describe('06 events of a stranger', () => {
  test('whose members are of other types are shown and counted', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docktape-stranger-'));
    try {
      const [lines, odd] = [join(folder, 'odd.jsonl'), join(folder, 'odd.db')];
      writeFileSync(
        lines,
        '{"Type":5,"Action":["x"]}\n{"Type":{"toString":1},"Actor":{"ID":null,"Attributes":[{}]}}\n',
      );
      expect((await docktape(['import', lines, odd])).code).toBe(0);
      expect(await docktape(['stats', odd])).toMatchObject({ code: 0, stderr: '' });
      const shown = await docktape(['show', odd]);
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).toContain('5 ["x"]');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('07 fields', () => {
  test('text, Markdown and JSON list the same fields', async () => {
    const [text, markdown, json] = await Promise.all(
      [[], ['--markdown'], ['--json']].map((args) => docktape(['fields', ...args])),
    );
    const names = (JSON.parse(json?.stdout ?? '') as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('docker.attributes');
    expect(text?.stdout.match(/^docker\.[a-z._]+/gm)).toEqual(names);
    expect(markdown?.stdout.match(/(?<=^\| `)docker\.[a-z._]+/gm)).toEqual(names);
  });
});

test('08 --version is the package’s', async () => {
  const { version } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as { version: string };
  expect((await docktape(['--version'])).stdout).toBe(`${version}\n`);
});
