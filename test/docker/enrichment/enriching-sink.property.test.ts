import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NoAnswerError } from '#docktape/docker/daemon-client.js';
import { EnrichingSink } from '#docktape/docker/enrichment/enriching-sink.js';
import type { EventContext } from '#docktape/docker/enrichment/event-context.js';
import { batchOf } from '#docktape/docker/event-time.js';
import type { FeedSink } from '#docktape/docker/feed/daemon-feed.js';
import type { Incident } from '#docktape/docker/incident.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import { DocktapeError } from '#docktape/errors.js';
import { Random } from '../../real/support/random.js';
import { containerAnswer, containerId, execAnswer, execId, SECRET } from './support/answers.js';
import { type AskedQuestion, ModelClient } from './support/model-client.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** What was told of one event, or what happened between events. */
interface Told {
  /** The line, or the incident's reason. */
  readonly text: string;
  /** When it came, in fake milliseconds. */
  readonly at: number;
  readonly host: string;
  /** Whether it is known at once that this is the host. */
  readonly isSure: boolean;
  readonly action: string;
  /** The number of its container; 0 when it has none. */
  readonly container: number;
}

/** As `expect`, which would take most of the time. */
function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** What a run did, so that a property that holds because nothing happened is noticed. */
const figures = { events: 0, unknown: 0, waited: 0, late: 0, complete: 0, lacking: 0, fresh: 0, execs: 0 };

const ACTIONS = ['create', 'start', 'update', 'rename', 'die', 'kill', 'attach', 'destroy', 'health_status: healthy'];
const EXEC_ACTIONS = ['exec_create: sh -c id', 'exec_start: sh -c id', 'exec_die'];
const CHANGES: readonly string[] = ['create', 'start', 'update', 'rename'];

/** One stream of events with a daemon that answers as chance has it. */
class Run {
  readonly #random: Random;
  readonly #timeout: number;
  readonly #client = new ModelClient();
  readonly #sink: EnrichingSink;
  readonly #told: Told[] = [];
  /** What is asked in which life of it: it can be asked anew once it has ended. */
  readonly #questions = new Map<AskedQuestion, string>();
  #lives = 0;
  #mistake: string | undefined;
  #host = 'first';
  #taken = 0;
  #isSure = true;
  #connections = 0;
  #isOver = false;
  #hasEnded = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#timeout = this.#random.pick([0, 20, 200, 200, 1_000]);
    const output: FeedSink = {
      connected: ({ hostName = '' }) => this.#take(`connected ${hostName}`),
      waiting: (reason) => this.#take(reason),
      lines: (batch) => this.#takeLines(batch),
      incident: (incident) => this.#take(incident.kind === 'lost' ? incident.reason : 'missed', contextIn(incident)),
      inspection: (inspection) => {
        if (inspection === 'late') figures.late += 1;
      },
      log: (_, text) => check(!text.includes(SECRET), 'a secret in the log'),
      ended: () => {
        this.#take('ended');
        this.#hasEnded = true;
      },
      failed: () => this.#take('failed'),
    };
    const endpoint = 'unix:///d.sock';
    this.#sink = new EnrichingSink(output, { client: this.#client, endpoint }, { timeout: this.#timeout });
    this.#client.onAsked = (question) => this.#asked(question);
  }

  async go(): Promise<void> {
    const random = this.#random;
    this.#connect();
    for (let step = random.between(5, 60); step > 0; step -= 1) {
      this.#happen();
      if (random.chance(0.7)) await vi.advanceTimersByTimeAsync(random.pick([0, 1, 5, 50, 300, 3_000]));
    }
    if (random.chance(0.5)) await vi.advanceTimersByTimeAsync(this.#timeout + 1);
    this.#end();
    await vi.advanceTimersByTimeAsync(20_000);
    check(this.#taken === this.#told.length, `${this.#taken} of ${this.#told.length} were handed on`);
    check(this.#mistake === undefined, `${this.#mistake}`);
    check(this.#client.mostOpen <= 8, `${this.#client.mostOpen} questions at a time`);
    check(this.#client.open.size === 0 && vi.getTimerCount() === 0, 'a question or a timer is left');
  }

  #happen(): void {
    const happening = this.#random.weighted<() => void>([
      [12, () => this.#lines(this.#random.list(1, 12, () => this.#event()))],
      [1, () => this.#incident()],
      [1, () => this.#missed()],
      [1, () => this.#connect()],
      [1, () => this.#reconnect()],
    ]);
    happening();
  }

  #event(): Pick<Told, 'text' | 'action' | 'container'> {
    const random = this.#random;
    const container = random.between(0, 6);
    const isExec = container > 0 && random.chance(0.3);
    const action = container === 0 ? 'connect' : random.pick(isExec ? EXEC_ACTIONS : ACTIONS);
    const exec = isExec ? { execID: execId(random.chance(0.8) ? container : random.between(1, 6)) } : {};
    const ID = container === 0 ? 'network' : containerId(container);
    const Actor = { ID, Attributes: { ...exec, image: 'busybox:1', token: SECRET } };
    const core = { Type: container === 0 ? 'network' : 'container', Action: action, Actor, time: this.#told.length };
    return { text: JSON.stringify(random.chance(0.5) ? core : { status: action, id: ID, ...core }), action, container };
  }

  #lines(events: readonly Pick<Told, 'text' | 'action' | 'container'>[]): void {
    for (const event of events) this.#tell(event);
    this.#sink.lines(batchOf(Buffer.from(events.map(({ text }) => `${text}\n`).join('')), 0n));
  }

  #incident(): void {
    const reason = `lost ${this.#told.length}`;
    this.#tell({ text: reason });
    this.#sink.incident({ kind: 'lost', endpoint: 'd', daemonId: '', reason, time: 1n });
  }

  #missed(): void {
    const change = this.#random.pick(['start', 'die'] as const);
    const container = this.#random.between(1, 6);
    this.#tell({ text: 'missed', action: change, container });
    const incident = { kind: 'missed', endpoint: 'd', daemonId: '', change, time: 1n } as const;
    this.#sink.incident({ ...incident, container: containerId(container) });
  }

  #connect(): void {
    // A daemon tells who it is before its first events only.
    if (!this.#isSure) return;
    this.#host = this.#random.pick(['first', 'second']);
    this.#tell({ text: `connected ${this.#host}` });
    this.#sink.connected({ endpoint: 'd', hostName: this.#host, daemonId: this.#host });
  }

  /** As after a loss: it is found out in a while which daemon it is, or never. */
  #reconnect(): void {
    const told = this.#host;
    const host = this.#random.pick(['first', 'second']);
    const daemon = { endpoint: 'd', hostName: host, daemonId: host };
    this.#sink.identifying();
    this.#tell({ text: `connected ${told}` });
    this.#sink.connected({ endpoint: 'd', hostName: told, daemonId: told });
    this.#host = host;
    this.#isSure = false;
    const connection = ++this.#connections;
    const identified = () => {
      if (connection !== this.#connections || this.#isOver) return;
      this.#isSure = true;
      this.#lives += 1;
      this.#sink.identified(daemon);
    };
    if (this.#random.chance(0.8)) setTimeout(identified, this.#random.between(0, 300));
  }

  #end(): void {
    this.#isOver = true;
    const text = this.#random.pick(['', 'ended', 'failed']);
    if (text !== '') this.#tell({ text });
    if (text === '') this.#sink.stop();
    if (text === 'ended') this.#sink.ended();
    if (text === 'failed') this.#sink.failed(new DocktapeError('DAEMON', 'why'));
    // The end has its turn, and so comes later.
    if (text === 'ended') return;
    this.#hasEnded = true;
    check(this.#taken === this.#told.length, 'something is held after the end');
  }

  #tell(told: Partial<Told> & Pick<Told, 'text'>): void {
    if (['connect', 'destroy', 'exec_die'].includes(told.action ?? 'connect')) this.#lives += 1;
    this.#told.push({
      action: '',
      container: 0,
      ...told,
      at: performance.now(),
      host: this.#host,
      isSure: this.#isSure,
    });
  }

  /** Answers in a while, in one of many ways, or never. */
  #asked(question: AskedQuestion): void {
    const random = this.#random;
    const what = `${this.#lives} ${question.path}`;
    for (const [open, other] of this.#questions) {
      if (!this.#client.open.has(open)) this.#questions.delete(open);
      // What is thrown here would be taken for the daemon's failure.
      else if (other === what && !what.includes('/exec/')) this.#mistake = `${what} is asked twice at a time`;
    }
    this.#questions.set(question, what);
    const [, kind, id = ''] = question.path.split('/');
    const body = kind === 'exec' ? execAnswer(id, containerId(numberOf(id))) : tagged(id, performance.now());
    const respond = random.weighted<() => void>([
      [12, () => question.answer(body)],
      [1, () => question.refuse(404, `No such ${kind === 'exec' ? 'exec instance' : 'container'}: ${id}`)],
      [1, () => question.refuse(random.pick([403, 404, 500, 503]), 'sorry')],
      [1, () => question.answer(random.pick<unknown>([undefined, {}, [], 'x', { Id: id }]))],
      [1, () => question.fail(new Error('socket hang up'))],
      [2, () => setTimeout(() => question.fail(new NoAnswerError(5)), 5_000)],
    ]);
    const delay = random.weighted([
      [6, 0],
      [6, random.between(1, 30)],
      [2, random.between(100, 400)],
      [1, random.between(400, 4_000)],
    ]);
    if (delay === 0) respond();
    else setTimeout(respond, delay);
  }

  #takeLines(batch: LineBatch): void {
    const lines = batch.lines.toString().split('\n');
    check(lines.length === batch.count + 1 && batch.times.length === batch.count, 'another number of lines');
    for (let index = 0; index < batch.count; index += 1) this.#take(lines[index] ?? '', batch.contexts?.[index]);
  }

  #take(text: string, context?: EventContext): void {
    const told = this.#told[this.#taken];
    check(told?.text === text, `${text} came in the place of ${told?.text}`);
    this.#taken += 1;
    // What ends a life was perhaps not read before.
    if (!told.isSure) this.#lives += 1;
    const waited = performance.now() - told.at;
    check(!this.#hasEnded, 'something came after the end');
    check(waited <= this.#timeout + 1, `${text} waited ${waited} ms of ${this.#timeout}`);
    if (waited > 0) figures.waited += 1;
    if (told.action !== '') this.#checkContext(told, context);
  }

  #checkContext({ action, container, host, isSure, at }: Told, context: EventContext | undefined): void {
    figures.events += 1;
    check(context !== undefined || !isSure, 'no context');
    const text = context?.json.toString() ?? '{}';
    check(!text.includes(SECRET), 'a secret in a context');
    const { lacks = [], ...known } = JSON.parse(text);
    check(known.host?.name === host || (!isSure && known.host === undefined), 'another host');
    if (!known.host) figures.unknown += 1;
    const tag: string | undefined = known.container?.runtime;
    if (tag === undefined) {
      check(container === 0 || action === 'destroy' || lacks.includes('container'), `${action} lacks it silently`);
      figures.lacking += 1;
      return;
    }
    const [number, asked] = tag.split('@').map(Number);
    check(number === container, `${tag} is another container`);
    if (known.exec) figures.execs += 1;
    if (!action.startsWith('exec')) check(known.exec === undefined, 'an exec where there is none');
    if (lacks.length === 0) figures.complete += 1;
    if (!CHANGES.includes(action) || lacks.includes('container')) return;
    check((asked ?? 0) >= at, `an answer from ${asked} for a change at ${at}`);
    figures.fresh += 1;
  }
}

/** An answer that says what it is about and when it was asked for. */
function tagged(id: string, asked: number): unknown {
  return containerAnswer(id, { Runtime: `${numberOf(id)}@${asked}` });
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}

function contextIn(incident: Incident): EventContext | undefined {
  return incident.kind === 'missed' ? incident.context : undefined;
}

it('hands on every event once, in order, in time, with what is true of it, whatever the daemon answers and when', async () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    try {
      await new Run(seed).go();
    } catch (error) {
      throw new Error(`with the seed ${seed}`, { cause: error });
    }
    vi.clearAllTimers();
  }
  for (const [what, count] of Object.entries(figures)) expect(count, what).toBeGreaterThan(100);
});
