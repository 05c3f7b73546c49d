import { afterEach, beforeEach, expect, test } from 'vitest';
import { Docktape, docktape, projectPath } from '../support/docktape.js';
import { eventLine, FakeDaemon } from '../support/fake-daemon.js';

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
  const live = new Docktape(['live', daemon.address, '-r', rules, '--json']);
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
  const live = new Docktape(['live', daemon.address, '-r', rules]);
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
  const live = new Docktape(['live', daemon.address, '-r', rules]);
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
    /^docktape: metrics: events=1 bytes=\d+ reconnects=0 retries=0 gaps_certain=0 gaps_possible=0 dropped=0 queue_bytes=0 host_restarts=0 parse_errors=0 lag_ms=\d+$/,
  );
});

test('06 with --quiet metrics are printed at SIGUSR1 only', async () => {
  const live = new Docktape(['live', daemon.address, '-r', rules, '-q']);
  await (await daemon.subscriber()).send(eventLine('start', time));
  await live.says('status=start');
  live.kill('SIGUSR1');
  await live.says('docktape: metrics: events=1 ');
  live.kill('SIGINT');
  const { stderr } = await live.ended();
  expect(stderr).toMatch(/^docktape: metrics: [^\n]+\n$/);
});
