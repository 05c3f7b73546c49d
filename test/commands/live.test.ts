import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Docktape, docktape, projectPath } from '../support/docktape.js';
import { eventLine, FakeDaemon, json } from '../support/fake-daemon.js';

const rules = projectPath('rules');
const time = 1_700_000_000_123_456_789n;

let daemon: FakeDaemon;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
});

afterEach(async () => {
  await daemon.remove();
});

test('01 alerts on live events, with the daemon’s times, until Ctrl-C', async () => {
  const live = new Docktape(['live', daemon.address, '-r', rules, '--json', '--no-enrich']);
  await (await daemon.subscriber()).send(eventLine('start', time));
  await live.says('"rule":"Container status changed"');
  live.kill('SIGINT');
  const { code, stdout } = await live.ended();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ time: '2023-11-14T22:13:20.123456789Z', hostname: 'host' });
  expect(stdout).toContain(`"evt.time":${time}`);
  expect(JSON.parse(stdout)).not.toHaveProperty('event');
});

test('02 DOCKER_HOST names the daemon when nothing else does', async () => {
  const live = new Docktape(['live', '-r', rules, '-q'], { DOCKER_HOST: daemon.address });
  await (await daemon.subscriber()).send(eventLine('die', time));
  await live.says('status=die');
  live.kill('SIGTERM');
  expect(await live.ended()).toMatchObject({ code: 0, stderr: '' });
});

test('03 an absent daemon is waited for', async () => {
  await daemon.leave();
  const live = new Docktape(['live', daemon.address, '-r', rules, '--no-enrich']);
  await live.says('waiting for the Docker daemon');
  await daemon.listen();
  await (await daemon.subscriber()).send(eventLine('start', BigInt(Date.now()) * 1_000_000n));
  await live.says('status=start');
  live.kill('SIGINT');
  expect((await live.ended()).code).toBe(0);
});

test('04 with --fail it is an error', async () => {
  await daemon.leave();
  const { code, stderr } = await docktape(['live', daemon.address, '-r', rules, '--fail']);
  expect(code).toBe(2);
  expect(stderr).toContain(`cannot read events from ${daemon.address}`);
});

test('05 metrics are printed at SIGUSR1 and in the end', async () => {
  const line = eventLine('start', time);
  const live = new Docktape(['live', daemon.address, '-r', rules, '--no-enrich']);
  await (await daemon.subscriber()).send(line);
  await live.says('status=start');
  live.kill('SIGUSR1');
  await live.says(`docktape: metrics: events=1 bytes=${line.length - 1} reconnects=0 `);
  live.kill('SIGINT');
  const { code, stderr } = await live.ended();
  expect(code).toBe(0);
  const told = stderr.split('\n').filter((text) => text.startsWith('docktape: metrics: '));
  expect(told).toHaveLength(2);
  expect(told[1]).toMatch(
    /^docktape: metrics: events=1 bytes=\d+ reconnects=0 retries=0 gaps_certain=0 gaps_possible=0 dropped=0 queue_bytes=0 host_restarts=0 parse_errors=0 lag_ms=\d+ inspects=0 inspects_failed=0 inspects_late=0$/,
  );
});

test('06 with --quiet metrics are printed at SIGUSR1 only', async () => {
  const live = new Docktape(['live', daemon.address, '-r', rules, '-q', '--no-enrich']);
  await (await daemon.subscriber()).send(eventLine('start', time));
  await live.says('status=start');
  live.kill('SIGUSR1');
  await live.says('docktape: metrics: events=1 ');
  live.kill('SIGINT');
  const { stderr } = await live.ended();
  expect(stderr).toMatch(/^docktape: metrics: [^\n]+\n$/);
});

describe('07 what containers are', () => {
  const id = 'c0ffee'.repeat(11).slice(0, 64);
  let rule: string;

  beforeEach(() => {
    daemon.answer(
      `/containers/${id}/json`,
      json(200, { Id: id, HostConfig: { Privileged: true, ReadonlyRootfs: false } }),
    );
    rule = join(daemon.folder, 'rule.yaml');
    writeFileSync(
      rule,
      `
- rule: Enriched
  desc: what the daemon says of a container
  condition: docker.action = start
  output: privileged=%docker.container.privileged enriched=%docker.enriched
  priority: INFO
  source: docker
`,
    );
  });

  /** What the rule says of a start, and what is told in the end. */
  async function alertOf(...args: string[]) {
    const live = new Docktape(['live', daemon.address, '-r', rule, ...args]);
    await (await daemon.subscriber()).send(eventLine('start', time).replaceAll('c0ffee', id));
    await live.says('privileged=');
    live.kill('SIGINT');
    const { code, stdout, stderr } = await live.ended();
    expect(code).toBe(0);
    return { stdout, stderr };
  }

  test('is asked for, and rules see it', async () => {
    const { stdout, stderr } = await alertOf('--enrich-timeout', '10000');
    expect(stdout).toContain('privileged=true enriched=true');
    expect(stderr).toMatch(/^docktape: metrics: .* inspects=1 inspects_failed=0 inspects_late=0\b/m);
  });

  test('is not asked for with --no-enrich', async () => {
    const { stdout, stderr } = await alertOf('--no-enrich');
    expect(stdout).toContain('privileged=<NA> enriched=false');
    expect(stderr).toContain(' inspects=0 ');
    expect(daemon.requests.filter((url) => url.includes(`/containers/${id}`))).toEqual([]);
  });

  test.each([
    [['--enrich-timeout', '10001'], 'A whole number of milliseconds from 0 to 10000 is wanted.'],
    [['--no-enrich', '--enrich-timeout', '50'], '--enrich-timeout is of no use with --no-enrich'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await docktape(['live', daemon.address, '-r', rule, ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
