import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Dockerd, image, startDockerd } from '../../scripts/real/dockerd.mjs';
import { until } from '../support/processes.js';
import { end, rules, startDocktape } from './support/cli.js';
import { runContainers } from './support/containers.js';
import { EventClient } from './support/event-client.js';
import { Output, type OutputLine } from './support/output.js';
import { startSysdig } from './support/sysdig.js';

const containers = 20;
/** How long what has happened may take to be told, on a busy machine (ms). */
const PATIENCE = 30_000;
let dockerd: Dockerd;
let client: EventClient;

beforeAll(async () => {
  dockerd = await startDockerd();
});
beforeEach(async () => {
  client = await EventClient.connect(dockerd.socket);
  return () => client.close();
});
afterAll(async () => {
  await dockerd?.stop();
});

test('live prints alerts as the daemon says what happens', async () => {
  const live = startDocktape('live', dockerd.host, '-r', rules, '--json', '-o', 'rule_matching=all');
  const output = new Output(live);
  const alerts = () =>
    output.lines
      .filter(({ text }) => text.includes('run-'))
      .filter(({ text }) => (JSON.parse(text) as { rule: string }).rule === 'Container status changed');
  try {
    await streaming(output);
    await runContainers(dockerd, containers);
    await until(() => alerts().length >= 3 * containers, PATIENCE);
  } finally {
    await end(live);
  }
  expect(live.exitCode).toBe(0);
  expect(alerts()).toHaveLength(3 * containers);
  checkPace('docktape live', alerts(), /"evt\.time":(\d+)/);
});

test("sysdig prints the fields of a real daemon's events as they come", async () => {
  const format = '%docker.type %docker.action %docker.id %docker.attributes[name] %docker.time';
  const process = startSysdig({ openParams: dockerd.host, format, bind: [dockerd.folder] });
  const output = new Output(process);
  const printed = () => output.lines.filter(({ text }) => text.includes('run-'));
  try {
    await streaming(output);
    await runContainers(dockerd, containers);
    await until(() => printed().length >= 4 * containers && containerEvents().length >= 4 * containers, PATIENCE);
  } finally {
    await end(process);
  }
  const seen = containerEvents().map(({ text }) => {
    const event = JSON.parse(text) as { Action: string; Actor: { ID: string; Attributes: Record<string, string> } };
    return `container ${event.Action} ${event.Actor.ID} ${event.Actor.Attributes.name} ${/"timeNano":(\d+)/.exec(text)?.[1]}`;
  });
  expect(seen).toHaveLength(4 * containers);
  expect(
    printed()
      .map((line) => line.text)
      .sort(),
  ).toEqual(seen.sort());
  checkPace('sysdig', printed(), / (\d+)$/);
});

/** Makes the daemon say something until it is seen: the stream is open before the daemon has subscribed the reader. */
async function streaming(output: Output): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const name = `probe-${process.hrtime.bigint()}`;
    const probe = await dockerd.docker.createContainer({ name, Image: image, Cmd: ['true'] });
    await probe.remove();
    const seen = await output.waitFor('probe-', 1000).catch((error: unknown) => {
      if (attempt === 20) throw error;
    });
    if (seen) return;
  }
}

/** What the plain client saw of the containers that ran. */
function containerEvents(): OutputLine[] {
  return client.lines().filter(({ text }) => text.includes('"Type":"container"') && text.includes('"run-'));
}

/**
 * Lines have to come while the daemon goes on, and not once it is quiet. Prints how long after an event's own time its line was read,
 * beside the same for the plain client: how long it may take is the benchmark's to judge, since containers are starting meanwhile,
 * and the daemon and this process wait for the processor too.
 */
function checkPace(what: string, lines: OutputLine[], time: RegExp): void {
  const ours = latencies(lines, time);
  const plain = latencies(containerEvents(), DOCKER_TIME);
  console.log(`${what}: ms from event to line: ${inWords(ours)}; a plain client of the daemon: ${inWords(plain)}`);
  const last = Math.max(...containerEvents().map(({ text }) => milliseconds(text, DOCKER_TIME)));
  expect(lines.filter(({ at }) => at < last).length).toBeGreaterThan(lines.length / 2);
}

const DOCKER_TIME = /"timeNano":(\d+)/;

/** An event's time. `time` finds its nanoseconds in a line, which JSON numbers would cut. */
function milliseconds(line: string, time: RegExp): number {
  return Number(BigInt(time.exec(line)?.[1] ?? '') / 1_000_000n);
}

/** In milliseconds, ascending. */
function latencies(lines: OutputLine[], time: RegExp): number[] {
  return lines.map(({ text, at }) => at - milliseconds(text, time)).sort((one, other) => one - other);
}

function share(sorted: number[], part: number): number {
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

function inWords(sorted: number[]): string {
  return `p50 ${share(sorted, 0.5)}, p99 ${share(sorted, 0.99)} (${sorted.length} events)`;
}
