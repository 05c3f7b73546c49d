import { createHash } from 'node:crypto';
import type { LineBatch } from '#docktape/docker/line-batch.js';

/** Bytes of every line, its newline included. */
export const lineBytes = 600;

const linesPerBatch = 436; // about 256 KiB
const templates = 8192;
const images = ['nginx:1.27', 'postgres:16', 'redis:7.4', 'registry:5000/api:2.3.1', 'busybox:1'];
const firstTime = 1_760_000_000_000_000_000n;
const nanosecondsApart = 1_234_567n;

/** What selects, in a replay of the events, the first one alone: the query of its open params. */
export const firstEventOnly = { until: String(firstTime / 1_000_000_000n) };

const timeDigits = 10;
const timeNanoDigits = 19;

/** What happens to containers again and again, and tells nothing new of them. */
const passing = ['kill', 'die', 'health_status: healthy', 'pause', 'unpause', 'attach', 'resize', 'top'];

/**
 * Docker events as a busy host makes them, the same ones every time: containers with labels, health checks, networks,
 * volumes, images. Times follow each other; otherwise the events repeat after some thousands.
 */
export function eventBatches(count: number): Generator<LineBatch> {
  return batchesOf(templateLines(), 0, count);
}

/**
 * Events of so many containers, one of each in turn, that give nobody a reason to ask about a container anew.
 *
 * @param first how many of them have been before
 */
export function passingBatches(containers: readonly Container[], first: number, count: number): Generator<LineBatch> {
  const events = passing.flatMap((action) => containers.map((container) => containerLine(container, action)));
  return batchesOf(Buffer.from(events.join('')), first, count);
}

/** The first `count` of the events, in one piece. */
export function eventLines(count: number): Buffer {
  return Buffer.concat(Array.from(eventBatches(count), ({ lines }) => lines));
}

/** @param pool lines that follow each other again and again */
function* batchesOf(pool: Buffer, first: number, count: number): Generator<LineBatch> {
  for (let start = first; start < first + count; start += linesPerBatch) {
    yield batchOf(pool, start, Math.min(linesPerBatch, first + count - start));
  }
}

function batchOf(pool: Buffer, start: number, count: number): LineBatch {
  const lines = Buffer.allocUnsafe(count * lineBytes);
  const times = new BigInt64Array(count);
  for (let i = 0; i < count; i++) {
    const from = ((start + i) * lineBytes) % pool.length;
    pool.copy(lines, i * lineBytes, from, from + lineBytes);
    times[i] = firstTime + BigInt(start + i) * nanosecondsApart;
    writeTime(lines, (i + 1) * lineBytes, String(times[i]));
  }
  return { lines, times, count };
}

/** A line ends in `"time":…,"timeNano":…}` and its newline, with as many digits as will be needed until the year 2286. */
function writeTime(lines: Buffer, end: number, timeNano: string): void {
  const nanoAt = end - '}\n'.length - timeNanoDigits;
  lines.write(timeNano, nanoAt, timeNanoDigits, 'latin1');
  lines.write(timeNano, nanoAt - ',"timeNano":'.length - timeDigits, timeDigits, 'latin1');
}

function templateLines(): Buffer {
  const random = randomNumbers(20_260_101);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const id = () => Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join('');
  const containers = Array.from({ length: 200 }, (_, i) => containerOf(i, id(), pick(images)));
  const network = { id: id(), name: 'shop_default' };
  const container = (action: string, more?: Record<string, string>) => containerLine(pick(containers), action, more);
  const kinds = [
    () => container('exec_create: /bin/sh -c ./healthy', { execID: id() }),
    () => container('exec_start: /bin/sh -c ./healthy', { execID: id() }),
    () => container('exec_die', { execID: id(), exitCode: pick(['0', '0', '0', '1']) }),
    () => container('health_status: healthy'),
    () => container('create'),
    () => container('start'),
    () => container('die', { execDuration: '12', exitCode: pick(['0', '0', '137', '1']) }),
    () => container('kill', { signal: pick(['9', '15']) }),
    () => container('destroy'),
    () =>
      line({}, 'network', 'connect', network.id, {
        container: pick(containers).id,
        name: network.name,
        type: 'bridge',
      }),
    () =>
      line({}, 'volume', 'mount', 'shop_data', {
        container: pick(containers).id,
        destination: '/data',
        driver: 'local',
        propagation: '',
        'read/write': 'true',
      }),
    () => line({ status: 'pull', id: 'nginx:1.27' }, 'image', 'pull', 'nginx:1.27', { name: 'nginx' }),
  ];
  return Buffer.from(Array.from({ length: templates }, () => pick(kinds)()).join(''));
}

/** A container as its events tell of it. */
export interface Container {
  readonly id: string;
  readonly image: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** So many containers, the same ones every time. Their IDs look as random as those of a daemon, as some code counts on that. */
export function containersOf(count: number): Container[] {
  return Array.from({ length: count }, (_, i) => {
    const id = createHash('sha256').update(String(i)).digest('hex');
    return containerOf(i, id, images[i % images.length] ?? '');
  });
}

function containerOf(i: number, id: string, image: string): Container {
  const labels = { 'com.docker.compose.project': `shop${i % 7}`, 'com.docker.compose.service': `web${i % 20}` };
  return { id, image, name: `shop-${i}`, labels };
}

function containerLine({ id, image, name, labels }: Container, action: string, more: Record<string, string> = {}) {
  return line({ status: action, id, from: image }, 'container', action, id, { ...labels, ...more, image, name });
}

/** A line in the layout of Docker 17.06 to 28, filled up to its length by a label. */
function line(
  legacy: Record<string, string>,
  type: string,
  action: string,
  actor: string,
  attributes: Record<string, string>,
): string {
  const withLabel = (text: string) => {
    const all = Object.entries({ ...attributes, text: text });
    const sorted = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    const event = { ...legacy, Type: type, Action: action, Actor: { ID: actor, Attributes: sorted }, scope: 'local' };
    const times = `"time":${'0'.repeat(timeDigits)},"timeNano":${'0'.repeat(timeNanoDigits)}`;
    return `${JSON.stringify(event).slice(0, -1)},${times}}\n`;
  };
  const missing = lineBytes - withLabel('').length;
  if (missing < 0) throw new RangeError(`${type} ${action} has ${-missing} bytes too many`);
  return withLabel('An event of a busy host. '.repeat(lineBytes).slice(0, missing));
}

/** Numbers from 0 to below 1 by a linear congruential generator: few lines, and the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
