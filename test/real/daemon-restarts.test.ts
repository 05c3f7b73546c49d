import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dockerd, image, startDockerd } from '../../scripts/real/dockerd.mjs';
import { processes } from '../../scripts/real/processes.mjs';
import { until } from '../support/processes.js';
import { end, recordedLines, startDocktape } from './support/cli.js';
import { EventClient } from './support/event-client.js';
import { Output } from './support/output.js';
import { processorSeconds } from './support/processor-time.js';
import { allRead } from './support/reading.js';
import { type Comparison, compareStreams, type OwnEvent } from './support/stream-comparison.js';

/** How long the daemon is away, in milliseconds: a restart at once, and ones that docktape has to wait for. */
const ABSENCES = [0, 200, 5000, 1000, 500];

/** How long the containers would sleep that die, in seconds: what their processes are found by, and nobody else's. */
const MORTAL = String(1_000_000 + process.pid);
const OTHER = '10000000';

interface RecordedEvent extends OwnEvent {
  readonly Type: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

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
    await allRead(dockerd, 'begin', [recorded]);
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
  comparison = compareStreams(seen, recorded());
}, 300_000);

afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Three containers run; the daemon is killed, two of them die, and the daemon comes back. */
async function killDaemon(name: string, absence: number, output: Output): Promise<void> {
  const client = await EventClient.connect(dockerd.socket);
  await sleep(200);
  const mortal = [await startContainer(`${name}-one`, MORTAL), await startContainer(`${name}-two`, MORTAL)];
  const other = await startContainer(`${name}-three`, OTHER);
  await until(() => recorded().some((line) => tells(line, 'start', other.id)), 40_000);
  const times = backTimes(output);

  await dockerd.kill();
  const killed = BigInt(Date.now()) * 1_000_000n;
  for (const { pid } of processes().filter(({ command }) => command.join(' ') === `sleep ${MORTAL}`)) {
    process.kill(pid, 'SIGKILL');
  }
  await sleep(absence);
  await dockerd.startAgain();
  await until(() => backTimes(output) > times, 40_000);

  seen.push(...client.lines().map(({ text }) => text));
  await until(() => {
    const deaths = deathsIn(recorded());
    return mortal.every(({ id }) => deaths.some(({ container }) => container === id));
  }, 40_000);
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

/** What is recorded so far. */
function recorded(): string[] {
  return recordedLines(capture, '--all');
}

function tells(line: string, action: string, container: string): boolean {
  return line.includes(`"Type":"container","Action":"${action}"`) && line.includes(container);
}

/** A death of a container as the recording tells it, and after how many gaps it does. */
interface Death {
  readonly by: 'docktape' | 'the daemon';
  readonly container: string;
  readonly gaps: number;
}

/**
 * All deaths that are told. Of a container that it finds dead when it comes back, a daemon tells nobody; when the container's shim is
 * late and the daemon took it for running, there is an event after all, and nothing for docktape to tell.
 */
function deathsIn(lines: readonly string[]): Death[] {
  const deaths: Death[] = [];
  let gaps = 0;
  for (const { Type, Action, Actor } of lines.map((line) => JSON.parse(line) as RecordedEvent)) {
    if (Action === 'gap') gaps += 1;
    if (Action === 'missed die') deaths.push({ by: 'docktape', container: Actor.Attributes.container ?? '', gaps });
    if (Type === 'container' && Action === 'die') deaths.push({ by: 'the daemon', container: Actor.ID, gaps });
  }
  return deaths;
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

test('it has one death of each container that died meanwhile, after the gap, and reports no other', () => {
  const died = new Map(outages.flatMap(({ died }) => [...died]));
  const deaths = deathsIn(recorded());
  const told = deaths.filter(({ container }) => died.has(container));
  const by = (who: Death['by']) => told.flatMap((death) => (death.by === who ? died.get(death.container) : []));
  console.log(
    `died, by docktape: ${by('docktape').join(', ')}; by the daemon: ${by('the daemon').join(', ') || 'none'}`,
  );
  expect(told.map(({ container, gaps }) => `${gaps} ${died.get(container)}`).sort()).toEqual(
    outages.flatMap(({ died }, index) => [...died.values()].map((name) => `${index + 1} ${name}`)).sort(),
  );
  expect(deaths.filter(({ by, container }) => by === 'docktape' && !died.has(container))).toEqual([]);
  expect(ownEvents('missed start')).toEqual([]);
});

test('it does not spin while the daemon is away', () => {
  const { processor, seconds } = busy;
  console.log(`the recorder took ${processor.toFixed(2)} s of processor time in ${seconds.toFixed(1)} s`);
  expect(processor).toBeLessThan(0.2 * seconds);
});
