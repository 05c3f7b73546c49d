import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dockerd, image, startDockerd } from '../../scripts/real/dockerd.mjs';
import { processes } from '../../scripts/real/processes.mjs';
import { until } from '../support/processes.js';
import { docktapeLines, end, startDocktape } from './support/cli.js';
import { EventClient } from './support/event-client.js';
import { Output } from './support/output.js';
import { processorSeconds } from './support/processor-time.js';
import { type Comparison, compareStreams, type OwnEvent } from './support/stream-comparison.js';

/** How long the daemon is away, in milliseconds: a restart at once, and ones that docktape has to wait for. */
const ABSENCES = [0, 200, 5000, 1000, 500];

interface Outage {
  readonly killed: bigint;
  /** When all of it was told. */
  readonly told: bigint;
  /** The containers that died meanwhile, name and ID. */
  readonly died: ReadonlyMap<string, string>;
}

const folder = mkdtempSync(join(tmpdir(), 'docktape-restarts-'));
const capture = join(folder, 'night.db');
const outages: Outage[] = [];
const seen: string[] = [];
let dockerd: Dockerd;
let comparison: Comparison;
let exitCode: number | null;
/** Processor time of the recorder and time that went by, in seconds, while the daemon was killed and came back. */
let busy: { readonly processor: number; readonly seconds: number };

beforeAll(async () => {
  dockerd = await startDockerd({ liveRestore: true });
  const recorder = startDocktape('record', capture, '--retry', '--host', dockerd.host);
  const output = new Output(recorder);
  try {
    await output.waitFor('reading events from');
    await sleep(1000); // the daemon has answered, but has it subscribed its reader?
    const [processor, began] = [processorSeconds(recorder.pid as number), performance.now()];
    for (const [round, absence] of ABSENCES.entries()) await killDaemon(`round-${round}`, absence, output);
    busy = {
      processor: processorSeconds(recorder.pid as number) - processor,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await end(recorder);
  }
  exitCode = recorder.exitCode;
  comparison = compareStreams(seen, docktapeLines('export', '--all', capture));
}, 300_000);

afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Three containers run; the daemon is killed, two of them die, and the daemon comes back. */
async function killDaemon(name: string, absence: number, output: Output): Promise<void> {
  const client = await EventClient.connect(dockerd.socket);
  await sleep(200);
  const mortal = [await startContainer(`${name}-one`, '1000001'), await startContainer(`${name}-two`, '1000001')];
  const other = await startContainer(`${name}-three`, '1000002');
  await sleep(500);
  const times = backTimes(output);

  await dockerd.kill();
  const killed = BigInt(Date.now()) * 1_000_000n;
  for (const { pid } of processes().filter(({ command }) => command.join(' ') === 'sleep 1000001')) {
    process.kill(pid, 'SIGKILL');
  }
  await sleep(absence);
  await dockerd.startAgain();
  await until(() => backTimes(output) > times, 40_000);

  seen.push(...client.lines().map(({ text }) => text));
  await sleep(1500); // the gap is told once the ring is compared, and then what docktape says of containers
  outages.push({
    killed,
    told: BigInt(Date.now()) * 1_000_000n,
    died: new Map(mortal.map(({ id }, index) => [id, `${name}-${['one', 'two'][index]}`])),
  });
  await other.remove({ force: true });
}

async function startContainer(name: string, seconds: string) {
  const container = await dockerd.docker.createContainer({
    name,
    Image: image,
    Cmd: ['sleep', seconds],
    HostConfig: { NetworkMode: 'none' },
  });
  await container.start();
  return container;
}

/** How often the recorder has found the daemon, the first time included. */
function backTimes({ errors }: Output): number {
  return errors.filter(({ text }) => text.includes('reading events from')).length;
}

function ownEvents(action: string): OwnEvent[] {
  return comparison.others.filter(({ Action }) => Action === action);
}

test(`a recording outlives ${ABSENCES.length} deaths of its daemon`, () => {
  expect(exitCode).toBe(0);
  expect(ownEvents('daemon lost')).toHaveLength(ABSENCES.length);
  expect(ownEvents('daemon back')).toHaveLength(ABSENCES.length);
});

test('it has all that was seen, or a gap where it has not', () => {
  const { delivered, missing, unreported } = comparison;
  console.log(`recorded ${delivered} events; of the ${seen.length} that a plain client saw it lacks ${missing.length}`);
  expect(unreported).toEqual([]);
  expect(delivered).toBeGreaterThan(10 * ABSENCES.length);
});

test('it reports a gap for each time that the daemon was away: nobody remembers what happened before', () => {
  const { gaps } = comparison;
  expect(gaps).toHaveLength(ABSENCES.length);
  for (const [index, { killed, told }] of outages.entries()) {
    expect(gaps[index]?.from).toBeLessThanOrEqual(killed);
    expect(gaps[index]?.to).toBeGreaterThanOrEqual(killed);
    expect(gaps[index]?.to).toBeLessThanOrEqual(told);
  }
});

test('it reports the containers that died meanwhile, and no other', () => {
  const missed = ownEvents('missed die').map(({ Actor: { Attributes } }) => [Attributes.container, Attributes.name]);
  console.log(`missed die: ${missed.map(([, name]) => name).join(', ')}`);
  expect(missed.sort()).toEqual(outages.flatMap(({ died }) => [...died]).sort());
  expect(ownEvents('missed start')).toEqual([]);
});

test('it does not spin while the daemon is away', () => {
  const { processor, seconds } = busy;
  console.log(`the recorder took ${processor.toFixed(2)} s of processor time in ${seconds.toFixed(1)} s`);
  expect(processor).toBeLessThan(0.2 * seconds);
});
