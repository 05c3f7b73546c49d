import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type FalcoSettings } from '#docktape/falco/settings.js';
import { type CompareOptions, compareRules } from '#docktape/regression/against/compare-rules.js';
import { rulesAtReference } from '#docktape/regression/against/rules-at-reference.js';
import type { ComparisonReport, RuleComparison } from '#docktape/regression/comparison.js';
import type { CaptureStream, EventStream, InlineStream } from '#docktape/regression/suite.js';
import { readRulesFiles } from '#docktape/rules/rules-files.js';
import { docktape, projectPath } from '../../support/docktape.js';
import { inFolder, Repository, temporaryFolder, writeFiles } from './repository.js';

const shipped = readFileSync(projectPath('rules/docker_rules.yaml'), 'utf8');
const captures = ['exec', 'run-and-exit', 'image-network-volume'].map((name) => projectPath(`captures/${name}.db`));
const runAndExit = stream(captures[1] as string);

const repository = new Repository();
const folder = temporaryFolder();

afterAll(() => {
  repository.remove();
  rmSync(folder, { recursive: true });
});

function stream(path: string): CaptureStream {
  return { kind: 'capture', path, selection: {} };
}

/** Events with these actions, of a container called `web`, one a second. */
function inline(...actions: readonly string[]): InlineStream {
  const payload = (Action: string) =>
    JSON.stringify({ Type: 'container', Action, Actor: { Attributes: { name: 'web' } } });
  return {
    kind: 'inline',
    events: actions.map((action, i) => ({ ts: BigInt(i + 1) * 1_000_000_000n, payload: payload(action) })),
  };
}

/** The shipped rules with a part replaced. */
function edited(from: string, to: string): string {
  expect(shipped).toContain(from);
  return shipped.replace(from, to);
}

function rule(name: string, condition: string, more = ''): string {
  return `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%docker.action happened"\n  priority: NOTICE\n  source: docker\n${more}`;
}

interface Comparing extends Partial<Pick<CompareOptions, 'signal' | 'onProgress'>> {
  readonly streams?: readonly EventStream[];
  readonly settings?: Partial<FalcoSettings>;
}

/** Commits `before`, changes it to `after`, and compares. */
function compare(before: string, after: string, { streams = [runAndExit], settings, ...more }: Comparing = {}) {
  repository.write({ 'rules.yaml': before });
  repository.commit();
  repository.write({ 'rules.yaml': after });
  const [former, present] = inFolder(repository.path, () => [
    rulesAtReference(['rules.yaml'], 'HEAD'),
    readRulesFiles(['rules.yaml']),
  ]);
  const signal = new AbortController().signal;
  return compareRules({
    before: former,
    after: present,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    streams,
    signal,
    ...more,
  });
}

function named(report: ComparisonReport, name: string): RuleComparison {
  const found = report.rules.find(({ rule }) => rule === name);
  if (!found) throw new Error(`no rule ${name}`);
  return found;
}

/** The rules that say something else, with how many alerts were lost, gained and changed. */
function changes({ rules }: ComparisonReport): Record<string, readonly number[]> {
  const counts = rules.map(
    ({ rule, lost, gained, changed }) => [rule, [lost.count, gained.count, changed.count]] as const,
  );
  return Object.fromEntries(counts.filter(([, numbers]) => numbers.some((count) => count > 0)));
}

const failure = 'Container ended with failure';
const status = 'Container status changed';

describe('01 alerts', () => {
  test('are the same when the rules are', async () => {
    const report = await compare(shipped, shipped);
    expect(changes(report)).toEqual({});
    expect(report).toMatchObject({
      kind: 'comparison',
      events: 52,
      streams: [runAndExit.path],
      findings: [],
      notes: [],
    });
    expect(report.before).toMatch(/^HEAD \([0-9a-f]{12}\)$/);
    expect(report.rules.map(({ state }) => state)).toEqual(report.rules.map(() => 'kept'));
    expect(named(report, failure)).toMatchObject({ same: 5, place: { file: 'rules.yaml' } });
  });

  test('are lost, and it is told which rule has the event now', async () => {
    const report = await compare(shipped, edited('die and docker.exitcode > 0', 'die and docker.exitcode > 100'));
    expect(changes(report)).toEqual({ [failure]: [2, 0, 0], [status]: [0, 2, 0] });
    const { stdout } = await docktape([
      'show',
      runAndExit.path,
      'docker.action = die and docker.exitcode = 3',
      '--format',
      '%evt.num',
    ]);
    const [first, second] = stdout.split('\n').map(Number);
    const { lost, same } = named(report, failure);
    expect(same).toBe(3);
    expect(lost.first).toEqual([
      {
        stream: runAndExit.path,
        event: first,
        line: expect.stringMatching(new RegExp(`^${first} {2}[0-9T:.-]{29}Z {2}container die [0-9a-f]{12} \\(`)),
        before: expect.stringMatching(
          /^Informational Container ended with failure \| exit_code=3 container=shop-checkout-1 /,
        ),
        others: [status],
      },
      expect.objectContaining({ event: second }),
    ]);
    expect(named(report, status).gained.first[0]).toMatchObject({
      event: first,
      after: expect.stringMatching(/^Debug Container status changed \| status=die /),
      others: [failure],
    });
  });

  test('are lost alone where every rule that matches reports an event', async () => {
    const settings = { ruleMatching: 'all' } as const;
    const report = await compare(shipped, edited('die and docker.exitcode > 0', 'die and docker.exitcode > 100'), {
      settings,
    });
    expect(changes(report)).toEqual({ [failure]: [2, 0, 0] });
    expect(named(report, failure).lost.first[0]?.others).toEqual([]);
  });

  test('are gained', async () => {
    const report = await compare(edited('die and docker.exitcode > 0', 'die and docker.exitcode > 100'), shipped);
    expect(changes(report)).toEqual({ [failure]: [0, 2, 0], [status]: [2, 0, 0] });
  });

  test('are changed in their text', async () => {
    const report = await compare(shipped, edited('Container killed | signal', 'Killed! | signal'));
    expect(changes(report)).toEqual({ 'Container killed': [0, 0, 2] });
    expect(named(report, 'Container killed').changed.first[0]).toMatchObject({
      event: expect.any(Number),
      before: expect.stringMatching(/^Informational Container killed \| signal=9 container=worker-old /),
      after: expect.stringMatching(/^Informational Killed! \| signal=9 container=worker-old /),
      others: [],
    });
  });

  test.each([
    ['priority', 'priority: NOTICE', 'priority: WARNING', 'Notice kill happened', 'Warning kill happened'],
    ['tags', 'tags: [x]', 'tags: [y, x]', 'Notice kill happened [tags: x]', 'Notice kill happened [tags: x, y]'],
    [
      'fields',
      '%docker.action happened',
      '%docker.status happened',
      'Notice kill happened [fields: {"docker.action":"kill","evt.time":1000000000}]',
      'Notice kill happened [fields: {"docker.status":"kill","evt.time":1000000000}]',
    ],
  ])('are changed in their %s', async (_, from, to, before, after) => {
    const text = rule('Kill', 'docker.action = kill', '  tags: [x]\n');
    const report = await compare(text, text.replace(from, to), { streams: [inline('kill')] });
    expect(changes(report)).toEqual({ Kill: [0, 0, 1] });
    expect(named(report, 'Kill').changed.first[0]).toMatchObject({ stream: 'events', event: 1, before, after });
  });
});

describe('02 rules', () => {
  test('that are gone come last and have no place', async () => {
    const report = await compare(
      rule('Gone', 'docker.action = kill') + rule('Kept', 'docker.action = die'),
      rule('Kept', 'docker.action = die'),
      {
        streams: [inline('kill', 'die')],
      },
    );
    expect(report.rules).toEqual([
      expect.objectContaining({ rule: 'Kept', state: 'kept', same: 1 }),
      expect.objectContaining({ rule: 'Gone', state: 'removed', lost: { count: 1, first: [expect.anything()] } }),
    ]);
    expect(report.rules[1]).not.toHaveProperty('place');
  });

  test('that are new gain', async () => {
    const report = await compare(
      rule('Kept', 'docker.action = die'),
      rule('New', 'docker.action = kill') + rule('Kept', 'docker.action = die'),
      {
        streams: [inline('kill', 'die')],
      },
    );
    expect(report.rules).toMatchObject([
      { rule: 'New', state: 'added', gained: { count: 1 }, place: { line: 1 } },
      { rule: 'Kept', state: 'kept' },
    ]);
  });

  test('that have another name lose and gain, and name each other', async () => {
    const report = await compare(rule('Old', 'docker.action = die'), rule('New', 'docker.action = die'), {
      streams: [inline('die')],
    });
    expect(report.rules).toMatchObject([
      { rule: 'New', state: 'added', gained: { first: [{ others: ['Old'] }] } },
      { rule: 'Old', state: 'removed', lost: { first: [{ others: ['New'] }] } },
    ]);
  });

  test('that stand in another order move their events under rule_matching first', async () => {
    const [a, b] = [rule('A', 'docker.action = die'), rule('B', 'docker.type = container')];
    const streams = [inline('die', 'start')];
    const report = await compare(a + b, b + a, { streams });
    expect(changes(report)).toEqual({ A: [1, 0, 0], B: [0, 1, 0] });
    expect(named(report, 'A').lost.first[0]?.others).toEqual(['B']);
    expect(changes(await compare(a + b, b + a, { streams, settings: { ruleMatching: 'all' } }))).toEqual({});
  });

  test('that are disabled, or below the minimum priority, are kept and silent', async () => {
    const text = rule('Kill', 'docker.action = kill');
    const streams = [inline('kill')];
    const disabled = await compare(text, `${text}  enabled: false\n`, { streams });
    expect(disabled.rules).toMatchObject([{ rule: 'Kill', state: 'kept', lost: { count: 1 } }]);
    const lower = await compare(text, text.replace('NOTICE', 'INFO'), { streams, settings: { priority: 'Notice' } });
    expect(lower.rules).toMatchObject([{ rule: 'Kill', state: 'kept', lost: { count: 1 } }]);
  });

  test('that do not load are findings of their side, and nothing is compared', async () => {
    const report = await compare(rule('A', 'docker.nosuch = 1'), rule('A', 'docker.action ='));
    expect(report).toMatchObject({ events: 0, rules: [] });
    expect(report.findings).toMatchObject([
      { severity: 'error', code: 'LOAD_ERR_COMPILE_CONDITION', place: { file: 'HEAD:rules.yaml', line: 3 } },
      { severity: 'error', code: 'LOAD_ERR_COMPILE_CONDITION', place: { file: 'rules.yaml', line: 3 } },
    ]);
  });
});

describe('03 streams', () => {
  test('are many, each from its first event', async () => {
    const text = rule('First', 'evt.num = 1');
    const streams = [inline('a', 'b'), ...captures.map(stream), inline('c')];
    const report = await compare(text, rule('First', 'evt.num = 2'), { streams });
    expect(report.streams).toEqual(['events', ...captures, 'events']);
    expect(report.events).toBe(2 + 23 + 52 + 45 + 1);
    expect(changes(report)).toEqual({ First: [5, 4, 0] });
    expect(named(report, 'First').lost.first.map(({ stream: name, event }) => [name, event])).toEqual([
      ['events', 1],
      ...captures.map((path) => [path, 1]),
      ['events', 1],
    ]);
  });

  test('of many batches are counted to the end, and the first alerts kept', async () => {
    const actions = Array.from({ length: 20_000 }, (_, i) => (i % 20 === 19 ? 'kill' : 'start'));
    const lines = inline(...actions).events.map(({ payload }, i) =>
      payload.replace(/}$/, `,"timeNano":${i + 1},"pad":"${'x'.repeat(200)}"}\n`),
    );
    const capture = join(folder, 'long.db');
    writeFiles(folder, { 'long.jsonl': lines.join('') });
    expect((await docktape(['import', join(folder, 'long.jsonl'), capture])).code).toBe(0);
    const heard: number[] = [];
    const report = await compare(rule('A', 'docker.action in (start, kill)'), rule('A', 'docker.action = start'), {
      streams: [stream(capture)],
      onProgress: (events) => heard.push(events),
    });
    const { same, lost } = named(report, 'A');
    expect([same, lost.count]).toEqual([19_000, 1_000]);
    expect(lost.first.map(({ event }) => event)).toEqual(Array.from({ length: 100 }, (_, i) => 20 * (i + 1)));
    expect(lost.first.at(-1)?.line).toMatch(/^2000 {2}1970-01-01T00:00:00\.000002000Z {2}container kill /);
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.at(-1)).toBe(20_000);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
  });

  test('may be a part of a capture', async () => {
    const { stdout } = await docktape(['show', runAndExit.path, '--format', '%evt.rawtime']);
    const times = stdout.trim().split('\n').map(BigInt);
    const renamed = edited('- rule: Container killed', '- rule: Killed');
    const killed = async (one: EventStream) => {
      const report = await compare(shipped, renamed, { streams: [one] });
      return { events: report.events, numbers: named(report, 'Container killed').lost.first.map(({ event }) => event) };
    };
    const { numbers } = await killed(runAndExit);
    expect(numbers).toHaveLength(2);
    const [since, until] = numbers.map((number) => times[number - 1]) as [bigint, bigint];
    const within = times.filter((time) => time >= since && time <= until);
    expect(within.length).toBeLessThan(times.length);
    expect(await killed({ ...runAndExit, selection: { since, until } })).toEqual({ events: within.length, numbers });
  });

  test('end with the signal, and give no report that looks like a whole one', async () => {
    const before = compare(shipped, shipped, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(before).rejects.toThrow('enough');
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error('enough now'));
    await expect(compare(shipped, shipped, { signal: controller.signal, onProgress })).rejects.toThrow('enough now');
  });

  test('that cannot be read are an error', async () => {
    await expect(compare(shipped, shipped, { streams: [stream('/nonexistent.db')] })).rejects.toThrow(
      '/nonexistent.db',
    );
  });
});

describe('04 the same as two replays', () => {
  const [exec, exit, images] = captures as [string, string, string];
  const edits: readonly (readonly [capture: string, from: string, to: string])[] = [
    [exit, 'die and docker.exitcode > 0', 'die and docker.exitcode > 3'],
    [exit, 'docker.action in (destroy, remove)', 'docker.action in (destroy, remove, die)'],
    [exit, '- rule: Container killed', '- rule: Container was killed'],
    [
      exec,
      'priority: NOTICE\n  source: docker\n  tags: [docker, container, shell',
      'priority: DEBUG\n  source: docker\n  tags: [docker, container, shell',
    ],
    [exit, 'docker.status in (create, start, die)', 'docker.status exists'],
    [images, 'Container removed | container', 'Removed | container'],
    [exec, '(sh|ash|bash|', '(nosh|ash|bash|'],
    [
      exec,
      'is_container and docker.action in (extract-to-dir, archive-path, copy, export)',
      'docker.action contains a',
    ],
  ];

  /** What each rule says of each event of a capture, and the alert's text, found by `docktape replay`. */
  async function replayed(text: string, capture: string, ruleMatching: string): Promise<Map<string, string>> {
    const file = join(folder, 'replayed.yaml');
    writeFiles(folder, { 'replayed.yaml': text });
    const { stdout } = await docktape([
      'replay',
      capture,
      '-r',
      file,
      '--json',
      '-o',
      `rule_matching=${ruleMatching}`,
      '-o',
      'json_include_tags_property=true',
    ]);
    const alerts = stdout.split('\n').slice(0, -1);
    return new Map(
      alerts.map((json) => {
        const { rule: name, event } = JSON.parse(json) as { rule: string; event: number };
        return [`${name}\n${event}`, json];
      }),
    );
  }

  const matchings = ['first', 'all'] as const;
  test.each(matchings.flatMap((matching) => edits.map((edit) => [matching, ...edit] as const)))(
    'under rule_matching %s, over %s: %s → %s',
    async (ruleMatching, capture, from, to) => {
      const after = edited(from, to);
      const [was, is] = [await replayed(shipped, capture, ruleMatching), await replayed(after, capture, ruleMatching)];
      expect(is).not.toEqual(was);
      const keys = [...new Set([...was.keys(), ...is.keys()])];
      const expected = (name: string) => {
        const own = keys.filter((key) => key.startsWith(`${name}\n`));
        return {
          same: own.filter((key) => was.get(key) === is.get(key)).length,
          lost: own.filter((key) => !is.has(key)).length,
          gained: own.filter((key) => !was.has(key)).length,
          changed: own.filter((key) => was.has(key) && is.has(key) && was.get(key) !== is.get(key)).length,
        };
      };
      const { rules } = await compare(shipped, after, { streams: [stream(capture)], settings: { ruleMatching } });
      const found = rules.map(({ rule: name, same, lost, gained, changed }) => [
        name,
        { same, lost: lost.count, gained: gained.count, changed: changed.count },
      ]);
      expect(found).toEqual(rules.map(({ rule: name }) => [name, expected(name)]));
      expect(
        keys.map((key) => key.split('\n')[0]).filter((name) => !rules.some((known) => known.rule === name)),
      ).toEqual([]);
    },
  );
});
