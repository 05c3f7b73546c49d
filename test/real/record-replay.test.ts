import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { until } from '../support/processes.js';
import { docktape, docktapeLines, end, recordedLines, rules, startDocktape } from './support/cli.js';
import { runContainers } from './support/containers.js';
import { EventClient } from './support/event-client.js';
import { Output } from './support/output.js';

const containers = 300;
const folder = mkdtempSync(join(tmpdir(), 'docktape-record-'));
const capture = join(folder, 'record.db');
let dockerd: Dockerd;

beforeAll(async () => {
  dockerd = await startDockerd();
});
afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test(`record keeps what a plain client of /events saw, byte for byte, while ${containers} containers run`, async () => {
  const client = await EventClient.connect(dockerd.socket);
  const other = await EventClient.connect(dockerd.socket);
  const recorder = startDocktape('record', capture, '--host', dockerd.host);
  const output = new Output(recorder);
  const started = Date.now();
  try {
    await output.waitFor('reading events from');
    await marker('begin', client);
    await runContainers(dockerd, containers);
    await marker('end', client);
    // The recorder has a connection of its own, which may be later than the client's.
    await until(() => recordedLines(capture).some((line) => line.includes('"end-3"')), 60_000);
  } finally {
    client.close();
    other.close();
    await end(recorder);
  }
  expect(recorder.exitCode).toBe(0);

  const seen = betweenMarkers(client.bytes());
  const recorded = betweenMarkers(Buffer.from(docktape('export', capture)));
  expect([...recorded].sort()).toEqual([...seen].sort());
  for (const action of ['create', 'start', 'die', 'destroy']) {
    const count = recorded.filter((line) => line.includes(`"Type":"container","Action":"${action}"`)).length;
    expect(count, action).toBe(containers);
  }
  // The daemon tells each reader of events that happen together in an order of its own.
  const moved = (lines: string[]) => lines.filter((line, index) => line !== seen[index]).length;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    `record: ${recorded.length} lines of ${containers} containers equal, ${seconds} s; ${moved(recorded)} are elsewhere in ` +
      `the order, as are ${moved(betweenMarkers(other.bytes()))} for a second plain client`,
  );
}, 600_000);

test('replay prints the alerts of the shipped rules, twice the same', () => {
  const replay = ['replay', capture, '-r', rules, '--json', '-o', 'rule_matching=all'];
  const alerts = docktapeLines(...replay);
  expect(docktapeLines(...replay)).toEqual(alerts);
  const changed = alerts
    .map((line) => JSON.parse(line) as { rule: string; output: string })
    .filter((alert) => alert.rule === 'Container status changed');
  expect(changed).toHaveLength(3 * containers);
  expect(docktapeLines('replay', capture, '-r', rules).length).toBeGreaterThanOrEqual(3 * containers);
  console.log(`replay: ${alerts.length} alerts`);
});

/** A moment in the stream: volumes whose creation both readers see. The last of three, should one still be subscribing. */
async function marker(name: string, client: EventClient): Promise<void> {
  for (const attempt of ['1', '2', '3']) {
    await sleep(200);
    await dockerd.docker.createVolume({ Name: `${name}-${attempt}` });
  }
  await until(() => client.bytes().includes(`"${name}-3"`), 60_000);
}

/** The lines after the last marker of the beginning and before the first marker of the end. */
function betweenMarkers(stream: Buffer): string[] {
  const lines = stream.toString().split('\n');
  const begin = lines.findIndex((line) => line.includes('"begin-3"'));
  const stop = lines.findIndex((line) => line.includes('"end-1"'));
  expect(begin).toBeGreaterThanOrEqual(0);
  expect(stop).toBeGreaterThan(begin);
  return lines.slice(begin + 1, stop);
}
