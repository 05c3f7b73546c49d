import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Explanation } from '#docktape/rules/explain/explanation.js';
import { docktape, projectPath } from '../support/docktape.js';

const rules = projectPath('rules');
const objects = projectPath('captures/image-network-volume.db');
const runs = projectPath('captures/run-and-exit.db');
const exec = projectPath('captures/exec.db');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'docktape-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `docktape explain` with the shipped rules, without colours. */
function explain(args: readonly string[], files: readonly string[] = [rules]) {
  return docktape(['explain', ...args, ...files.flatMap((file) => ['-r', file])], { NO_COLOR: '1' });
}

interface JsonAnswer {
  readonly event: number;
  readonly line: string;
  readonly events?: number;
  readonly alerts?: number;
  readonly explanation: Explanation;
}

async function explainJson(args: readonly string[], files?: readonly string[]): Promise<JsonAnswer> {
  const { code, stdout, stderr } = await explain([...args, '--json'], files);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as JsonAnswer;
}

/** The numbers of the events for which a condition holds. */
async function eventsOf(capture: string, condition: string): Promise<number[]> {
  const { stdout } = await docktape(['show', capture, condition]);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => Number(line.split(' ')[0]));
}

describe('01 an event by its number', () => {
  test('of which a value is absent: a network has no status', async () => {
    const [number] = await eventsOf(objects, 'docker.type = network and docker.action = connect');
    const { code, stdout, stderr } = await explain(['Container status changed', objects, String(number)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [line, blank, headline, place, ...tree] = stdout.split('\n');
    expect(line).toMatch(new RegExp(`^${number}  .*Z  network connect [0-9a-f]{12} \\(`));
    expect(blank).toBe('');
    expect(headline).toBe(
      `"Container status changed" does not fire on event ${number}: docker.status in (create, start, die) is false, as docker.status is absent`,
    );
    expect(place).toMatch(/docker_rules\.yaml:\d+$/);
    expect(tree).toEqual([
      '  ✗ docker.status in (create, start, die)  [docker.status is absent]  <- this makes it false',
      '',
    ]);
  });

  test('as JSON', async () => {
    const [number] = await eventsOf(objects, 'docker.type = network and docker.action = connect');
    const { event, line, explanation, ...rest } = await explainJson([
      'Container status changed',
      objects,
      String(number),
    ]);
    expect(event).toBe(number);
    expect(line).toContain('network connect');
    expect(rest).toEqual({});
    expect(explanation).toMatchObject({
      rule: 'Container status changed',
      holds: false,
      fires: false,
      condition: { kind: 'term', decisive: true, values: [{ operand: 'docker.status', value: null }] },
    });
  });

  test('on which an earlier rule is reported, unless every one is', async () => {
    const [number] = await eventsOf(runs, 'docker.action = die and docker.exitcode > 0');
    const args = ['Container status changed', runs, String(number)];
    const first = await explain(args);
    expect(first.stdout).toContain(
      `does not fire on event ${number}, although its condition holds: "Container ended with failure" stands before it and reports the event`,
    );
    const all = await explainJson([...args, '-o', 'rule_matching=all']);
    expect(all.explanation).toMatchObject({ holds: true, fires: true });
    const low = await explainJson([...args, '-o', 'priority=notice']);
    expect(low.explanation.obstacle).toEqual({ kind: 'priority', priority: 'Debug', minimum: 'Notice' });
  });

  test('knows the place of the event in the stream', async () => {
    const file = join(folder, 'numbers.yaml');
    const condition = 'evt.num = 7 and evt.reltime > 0 and docker.type = nothing';
    writeFileSync(file, ruleText('Seventh', condition));
    const { explanation } = await explainJson(['Seventh', exec, '7'], [file]);
    expect(explanation.condition).toMatchObject({ children: [{ holds: true }, { holds: true }, { holds: false }] });
  });
});

describe('02 without an event', () => {
  test('the first alert is explained, and alerts are counted', async () => {
    const { stdout } = await docktape(['replay', exec, '-r', rules, '--json', '-q']);
    const alerts = stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { rule: string; event: number });
    const shells = alerts.filter(({ rule }) => rule === 'Shell executed in container');
    const answer = await explainJson(['Shell executed in container', exec]);
    expect(answer).toMatchObject({
      event: shells[0]?.event,
      alerts: shells.length,
      events: 23,
      explanation: { fires: true },
    });
    const text = await explain(['Shell executed in container', exec]);
    expect(text.stdout).toMatch(
      /^"Shell executed in container" raises \d+ alerts on the 23 events of .*exec\.db\. The first is on:\n\d+ {2}/,
    );
    expect(text.stdout).toContain('    ✓ shell_command:\n      ✓ docker.exec.command regex');
  });

  test('otherwise the nearest event', async () => {
    const { code, stdout } = await explain(['Network created or removed', exec]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /raises no alert on the 23 events of .*exec\.db\. Nearest to it comes:\n2 {2}.*network connect /,
    );
    const far = await explain(['Image deleted', exec]);
    expect(far.stdout).toMatch(/None comes near to it; the first is:\n1 {2}/);
  });

  test('and of a disabled rule one for which its condition holds', async () => {
    const off = join(folder, 'off.yaml');
    writeFileSync(off, '- rule: Container killed\n  enabled: false\n  override: {enabled: replace}\n');
    const { alerts, explanation } = await explainJson(['Container killed', exec], [rules, off]);
    expect(alerts).toBe(0);
    expect(explanation).toMatchObject({ holds: true, fires: false, obstacle: { kind: 'disabled' } });
  });
});

describe('03 what cannot be explained is one clear error', () => {
  test.each([
    [['Container status chnaged', exec], 'did you mean Container status changed?'],
    [['Container killed', exec, '24'], 'exec.db has no event 24: its events have the numbers 1 to 23'],
    [['Container killed', exec, 'x'], "'x' is not an event number: write one as `docktape show` prints it"],
    [['Container killed', exec, '0'], "'0' is not an event number"],
    [['Container killed', exec, '1', '-o', 'rule_matching=some'], 'rule_matching'],
    [['Container killed', '/nowhere.db'], '/nowhere.db does not exist'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await explain(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^docktape: .*\n$/);
  });

  test('an empty capture', async () => {
    const [lines, empty] = [join(folder, 'none.jsonl'), join(folder, 'none.db')];
    writeFileSync(lines, '');
    await docktape(['import', lines, empty]);
    for (const event of [[], ['1']]) {
      const { code, stderr } = await explain(['Container killed', empty, ...event]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('none.db has no events') });
    }
  });

  test('rules with errors', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, ruleText('R', 'docker.nothing = 1'));
    const { code, stderr } = await explain(['R', exec], [file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/broken\.yaml:\d+:\d+: LOAD_ERR_COMPILE_CONDITION: unknown field docker\.nothing/);
  });
});

function ruleText(name: string, condition: string): string {
  return `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n  source: docker\n`;
}
