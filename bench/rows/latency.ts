import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { splitContext } from '#docktape/docker/enrichment/event-context.js';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import type { Bench } from '../bench.js';
import { withRealDaemon } from '../real-daemon.js';
import { NotMeasured, type Row } from '../row.js';

/** Containers that come and go, one after the other. */
const containers = 40;

interface Latency {
  /** Milliseconds by which each event of a container came later with its context, the least first. */
  readonly added: readonly number[];
  /** Questions about containers and execs, for each container. */
  readonly questions: number;
}

/** A stream of a daemon, read by a plugin and a source host of its own. */
class Reading {
  /** When each event came, by its payload. */
  readonly arrivals = new Map<string, number>();
  readonly #plugin = LoadedPlugin.load(libraryPath());
  readonly #ending = new AbortController();
  readonly #reading: Promise<void>;

  constructor(params: string, config: { readonly enrich: boolean }) {
    this.#plugin.init(JSON.stringify(config));
    this.#reading = this.#read(params);
  }

  get questions(): number {
    return Number(this.#plugin.metrics().find(({ name }) => name === 'inspects')?.value);
  }

  /** Whether an event has come in which a text occurs. */
  has(text: string): boolean {
    return [...this.arrivals.keys()].some((payload) => payload.includes(text));
  }

  async end(): Promise<void> {
    this.#ending.abort();
    await this.#reading;
    await this.#plugin.destroy();
  }

  async #read(params: string): Promise<void> {
    for await (const batch of batches(this.#plugin, params, this.#ending.signal)) {
      const now = performance.now();
      for (let i = 0; i < batch.count; i += 1) {
        this.arrivals.set(splitContext(batch.payload(i)).payload.toString('latin1'), now);
      }
    }
  }
}

function measure({ folder }: Bench): Promise<Latency | NotMeasured> {
  return withRealDaemon(async ({ socket, docker }, image) => {
    // Another path to the same daemon: a second stream of the same open params would go on where the first one is.
    const other = join(folder, 'enriched.sock');
    symlinkSync(socket, other);
    const plain = new Reading(`unix://${socket}`, { enrich: false });
    const enriched = new Reading(`unix://${other}`, { enrich: true });
    await seen(docker, 'begin', [plain, enriched]);
    const before = enriched.questions;
    for (let done = 0; done < containers; done += 1) await live(docker, image);
    await seen(docker, 'end', [plain, enriched]);
    const questions = (enriched.questions - before) / containers;
    await Promise.all([plain.end(), enriched.end()]);
    return { added: addedBy(plain.arrivals, enriched.arrivals), questions };
  });
}

/** A container's life: create, start, an exec, kill and destroy. */
async function live(docker: Docker, image: string): Promise<void> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: ['sleep', '1000'],
    HostConfig: { NetworkMode: 'none' },
  });
  await container.start();
  const exec = await container.exec({ Cmd: ['true'], AttachStdout: true });
  const output = await exec.start({});
  await new Promise((resolve) => output.resume().once('end', resolve));
  await container.remove({ force: true });
}

/** Makes a volume of that name again and again until all readings have seen one. */
async function seen(docker: Docker, name: string, readings: readonly Reading[]): Promise<void> {
  while (!readings.every((reading) => reading.has(`"${name}"`))) {
    await (await docker.createVolume({ Name: name })).remove();
    await sleep(100);
  }
}

function addedBy(plain: ReadonlyMap<string, number>, enriched: ReadonlyMap<string, number>): number[] {
  const ofContainers = [...plain].filter(([payload]) => payload.includes('"Type":"container"'));
  const added = ofContainers.map(([payload, time]) => {
    const later = enriched.get(payload);
    if (later === undefined) throw new Error(`an event came without enrichment only: ${payload}`);
    return later - time;
  });
  return added.sort((a, b) => a - b);
}

/** A row about the one run; it has no value where there is no daemon. */
function latencyRow(row: Omit<Row, 'measure'>, value: (latency: Latency) => number): Row {
  return {
    ...row,
    async measure(bench) {
      const latency = await bench.once(measure);
      return latency instanceof NotMeasured ? latency : value(latency);
    },
  };
}

function quantile({ added }: Latency, part: number): number {
  return added[Math.ceil(added.length * part) - 1] as number;
}

const note = `${containers} containers of a real daemon, with and without at the same time`;

export const latencyMiddle: Row = latencyRow(
  {
    name: 'enrich-latency',
    title: 'live: time that enrichment adds to an event of a container, p50',
    unit: 'ms',
    note,
  },
  (latency) => quantile(latency, 0.5),
);

export const latencyWorst: Row = latencyRow(
  { name: 'enrich-latency-p99', title: 'live: the same, p99', unit: 'ms' },
  (latency) => quantile(latency, 0.99),
);

export const questions: Row = latencyRow(
  {
    name: 'enrich-questions',
    title: 'live: questions for a container that is created, started, execed into and removed',
    unit: 'questions',
  },
  (latency) => latency.questions,
);
