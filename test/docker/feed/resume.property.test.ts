import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import { daemonClock } from '#docktape/docker/feed/daemon-clock.js';
import { Intake } from '#docktape/docker/feed/intake.js';
import { DOCKER_RING } from '#docktape/docker/feed/resumption.js';
import { StreamHistory } from '#docktape/docker/feed/stream-history.js';
import { Random } from '../../real/support/random.js';
import { ModelDaemon, type ModelEvent } from './support/model-daemon.js';

const SECOND = 1_000_000_000n;

/** A reader of a model daemon, which loses its connection again and again. */
class Reader {
  /** The lines that were delivered, in order. */
  readonly delivered: string[] = [];
  readonly gaps: { from: bigint; to: bigint; loss: string }[] = [];
  /** The times at which the daemon answered: around them a second copy of a line is taken for the first. */
  readonly answers: bigint[] = [];
  readonly wantedFrom: bigint;
  readonly #history: StreamHistory;
  readonly #daemon: ModelDaemon;
  readonly #random: Random;
  #isFirst = true;

  constructor(daemon: ModelDaemon, random: Random, isThere: boolean) {
    this.#daemon = daemon;
    this.#random = random;
    this.wantedFrom = daemon.now;
    this.#history = new StreamHistory({}, daemon.now);
    if (!isThere) this.#isFirst = false;
  }

  /** Connects, reads what the daemon does meanwhile, and loses the connection, unless it is `sound`. */
  connect(meanwhile: () => void, isSound: boolean): void {
    const daemon = this.#daemon;
    const random = this.#random;
    const clock = daemonClock(new Date(Number(daemon.now / 1_000_000n)).toUTCString(), daemon.now);
    this.answers.push(clock.answered);
    const gapsBefore = this.gaps.length;
    const intake = this.#isFirst ? undefined : this.#resume(clock);
    const resumed = daemon.subscribe();
    const stream = intake ? resumed : resumed.splice(0, resumed.length) && resumed;
    const ring = [...stream];
    const { delivered, sure } = this.#history.before(clock, DOCKER_RING);
    const doubted = delivered.length - sure;
    const known = new Set(this.delivered.slice(0, Math.max(0, this.delivered.length - doubted - 64)));
    if (!intake) this.#history.beginsLive(daemon.now);
    this.#history.connected(clock);
    this.#isFirst = false;

    // The ring comes at once, or stalls on its way; then what happens.
    let read = random.chance(0.3) && !isSound ? random.between(0, stream.length) : stream.length;
    const isWhole = read === stream.length;
    this.#take(intake, stream.slice(0, read));
    const connected = daemon.now;
    meanwhile();
    vi.advanceTimersByTime(isSound ? 1_000 : Number((daemon.now - connected) / 1_000_000n));
    if (isSound) daemon.sendAll();
    daemon.unsubscribe();
    const end = random.chance(0.3) && !isSound ? random.between(read, stream.length) : stream.length;
    while (read < end) {
      const next = Math.min(end, read + random.between(1, 200));
      this.#take(intake, stream.slice(read, next));
      read = next;
      if (random.chance(0.1)) vi.advanceTimersByTime(100);
    }
    if (isSound) vi.advanceTimersByTime(1_000);
    const isCut = read < stream.length && random.chance(0.5);
    const partial = isCut ? Buffer.from((stream[read] as ModelEvent).line.slice(0, random.between(1, 20))) : undefined;
    const isClean = read === stream.length && random.chance(0.3);
    const isInVain = intake?.end(isClean, false) === false;
    if (!isInVain) this.#history.lost('why', partial);

    // The overlap proves it beyond any doubt: the daemon has forgotten nothing, as what it remembers goes back far enough.
    if (isWhole && intake && ring.some(({ line }) => known.has(line))) {
      check(this.gaps.length === gapsBefore, 'a gap though nothing can be missing');
    }
  }

  #resume(clock: ReturnType<typeof daemonClock>): Intake {
    const history = this.#history;
    return new Intake(history, clock, DOCKER_RING, (batch) => batch, {
      begun: () => {},
      gap: ({ from }, loss) => {
        const to = this.#daemon.now;
        this.gaps.push({ from, to, loss });
        return to;
      },
      complete: () => {},
      lines: (batch) => {
        history.add(batch);
        this.delivered.push(...(batch.lines.toString().match(/.*\n/g) ?? []));
      },
    });
  }

  #take(intake: Intake | undefined, events: readonly ModelEvent[]): void {
    if (events.length === 0) return;
    const batch = batchOf(Buffer.from(events.map(({ line }) => line).join('')), this.#daemon.now);
    if (intake) intake.take(batch);
    else {
      this.#history.add(batch);
      this.delivered.push(...events.map(({ line }) => line));
    }
  }
}

/** As `expect`, which would take most of the time. */
function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

function countOf(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** What a run did, so that a property that holds because nothing happened is noticed. */
const figures = { runs: 0, events: 0, connections: 0, gaps: 0, lost: 0 };

function run(seed: number): void {
  const random = new Random(seed);
  const daemon = new ModelDaemon(random);
  daemon.happen(random.pick([0, 0, 5, 60, 280]));
  const first = daemon.events.length;
  const isThere = random.chance(0.8);
  if (isThere) daemon.sendAll();
  else daemon.restart();
  const reader = new Reader(daemon, random, isThere);
  const meanwhile = () => {
    daemon.wait(random.pick([50_000_000, 50_000_000, 3_000_000_000, 90_000_000_000]));
    const [low, high] = random.pick<[number, number]>([
      [0, 5],
      [0, 5],
      [0, 120],
      [190, 256],
      [150, 400],
    ]);
    daemon.happen(random.between(low, high));
  };
  if (!isThere) meanwhile();
  const connections = random.between(1, 5);
  for (let number = 0; number < connections; number += 1) {
    reader.connect(meanwhile, false);
    if (random.chance(0.2)) daemon.restart();
    if (random.chance(0.8)) meanwhile();
  }
  const remembered = [...daemon.ring];
  const settle = () => {
    daemon.wait(10_000_000_000);
    daemon.happen(1);
  };
  reader.connect(settle, true);

  const delivered = countOf(reader.delivered);
  const happened = countOf(daemon.events.map(({ line }) => line));
  for (const [line, count] of delivered) check(count <= (happened.get(line) ?? 0), `repeated: ${line}`);

  const isRecent = ({ time }: ModelEvent) =>
    reader.answers.some((answered) => time > answered - 2n * SECOND && time < answered + 5n * SECOND);
  for (const event of daemon.events.slice(first)) {
    if (event.time < reader.wantedFrom) continue;
    const all = happened.get(event.line) ?? 0;
    const came = delivered.get(event.line) ?? 0;
    if (came >= all || (came > 0 && isRecent(event))) continue;
    figures.lost += 1;
    const isTold = reader.gaps.some(({ from, to }) => from <= event.time && event.time <= to);
    check(isTold, `lost without a word: ${event.line}`);
  }
  for (const event of remembered) {
    const isWanted = event.time >= reader.wantedFrom;
    check(!isWanted || delivered.has(event.line), `remembered, and not delivered: ${event.line}`);
  }
  figures.runs += 1;
  figures.events += daemon.events.length;
  figures.connections += connections + 1;
  figures.gaps += reader.gaps.length;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const RUNS = 1_000;
const FIRST_SEED = 20_260_800;

describe('a stream that is lost again and again', () => {
  it('brings each event that is remembered once, and each loss lies in a gap', { timeout: 300_000 }, () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
      try {
        run(seed);
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error });
      }
    }
    console.log(`resume: ${JSON.stringify({ firstSeed: FIRST_SEED, ...figures })}`);
    expect(figures.gaps).toBeGreaterThan(RUNS / 10);
    expect(figures.lost).toBeGreaterThan(RUNS);
  });
});
