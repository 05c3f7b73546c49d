import { Worker } from 'node:worker_threads';
import type { LineBatch } from '../docker/line-batch.js';
import { DocktapeError } from '../errors.js';
import { plural } from '../text/quantities.js';
import { captureError } from './capture-error.js';
import type { GapInfo, SessionDaemon, SessionInfo } from './session.js';
import type { SessionEnd, SessionSummary } from './session-writer.js';
import type { WriterJob, WriterReply, WriterRequest } from './writer-messages.js';
import { bytesOf, ContextsToSend } from './writing/contexts.js';
import type { Durability, Rotation } from './writing/writer-options.js';

/** Bytes that may wait for the thread before {@link CaptureWriter.write} says so. */
const QUEUE_BYTES = 64 * 1024 * 1024;

export interface WriterOptions {
  /** Nothing is committed before {@link CaptureWriter.close}, so that an abort leaves no trace. */
  readonly isAtomic?: boolean;
  /** See {@link CaptureWriter.write}. 64 MiB when left out. */
  readonly queueBytes?: number;
  /** What a commit survives; `normal` when left out. */
  readonly durability?: Durability;
  /**
   * A capture that cannot be written for a while, because the disk is full or for another reason that may pass, is tried
   * again each second, and what comes meanwhile is kept in memory. One that was removed or replaced goes on in a new file.
   * Without it, either is a failure.
   */
  readonly retry?: boolean;
  readonly rotation?: Rotation;
  /** What its user should know of: that a capture is waited for, was closed, or cannot be. */
  readonly log?: (severity: 'warning' | 'info', text: string) => void;
}

/** What a writer was given so far. */
export interface WriterFigures {
  readonly events: number;
  /** Bytes of the lines, newlines included. */
  readonly bytes: number;
  /** The time of the last event, nanoseconds since the epoch. */
  readonly lastTime: bigint | undefined;
  /** How many of the events are committed: no crash of this process takes them away any more. */
  readonly committed: number;
  /** Bytes that are kept in memory, contexts included: those of an atomic session until they are inserted, others until they are committed. */
  readonly queuedBytes: number;
  /** Why the capture cannot be written at present, when it is waited for. */
  readonly problem: string | undefined;
}

/**
 * Writes one session into a capture. The work is done in a thread of its own, so `write` costs no more than a message. What
 * goes wrong there, such as a full disk, is thrown by the next call and rejects {@link failed}; what was committed stays.
 */
export class CaptureWriter {
  /** The session's number. */
  readonly session: number;
  /** Rejects when the writer fails, and never resolves. Nobody has to look at it. */
  readonly failed: Promise<never>;
  readonly #path: string;
  readonly #thread: Worker;
  readonly #ended: Promise<WriterReply>;
  readonly #queueLimit: number;
  readonly #isAtomic: boolean;
  readonly #log: WriterOptions['log'];
  readonly #contexts = new ContextsToSend();
  #fail!: (error: unknown) => void;
  #failure: unknown;
  #isEnding = false;
  #events = 0;
  #bytes = 0;
  #committed = 0;
  #problem: string | undefined;
  #lastTime: bigint | undefined;
  #queuedBytes = 0;
  #waiting: (() => void)[] = [];

  private constructor(path: string, thread: Worker, session: number, options: WriterOptions) {
    this.#path = path;
    this.#thread = thread;
    this.session = session;
    this.#queueLimit = options.queueBytes ?? QUEUE_BYTES;
    this.#isAtomic = options.isAtomic ?? false;
    this.#log = options.log;
    this.failed = new Promise((_, reject) => {
      this.#fail = (error) => {
        this.#failure ??= error;
        reject(this.#failure);
      };
    });
    this.#ended = this.#follow();
    for (const promise of [this.failed, this.#ended]) promise.catch(() => {});
  }

  /**
   * Begins a session in the capture at `path`, which is made (mode 0600) when it does not exist.
   *
   * @throws DocktapeError `CAPTURE` when it is no capture, another writer has it, or it cannot be written
   */
  static async open(path: string, info: SessionInfo, options: WriterOptions = {}): Promise<CaptureWriter> {
    const { isAtomic = false, durability = 'normal', retry = false, rotation } = options;
    const workerData: WriterJob = { path, info, isAtomic, durability, retry, ...(rotation ? { rotation } : {}) };
    // Without the options of this process: `node --inspect` or a test runner's loader are not meant for the thread.
    const thread = new Worker(new URL('./writer-thread.js', import.meta.url), { workerData, execArgv: [] });
    const reply = await firstReply(thread);
    if (reply.kind === 'opened') return new CaptureWriter(path, thread, reply.session, options);
    throw reply.kind === 'failed' ? new DocktapeError('CAPTURE', reply.message) : unexpected(reply);
  }

  get figures(): WriterFigures {
    return {
      events: this.#events,
      bytes: this.#bytes,
      lastTime: this.#lastTime,
      committed: this.#committed,
      queuedBytes: this.#queuedBytes,
      problem: this.#problem,
    };
  }

  /**
   * Appends events; they are committed within 100 ms or 1,000 events. The batch's memory is the writer's from now on.
   *
   * @returns false when more is queued than the writer wants to hold: wait for {@link drained} if you can
   * @throws DocktapeError `CAPTURE` when the writer has failed, as all methods do
   */
  write(batch: LineBatch): boolean {
    this.#checkUsable();
    if (batch.count === 0) return true;
    const { count } = batch;
    this.#events += count;
    this.#bytes += batch.lines.length;
    this.#lastTime = batch.times[count - 1];
    const lines = fillsMemory(batch.lines) ? batch.lines : new Uint8Array(batch.lines);
    const times = fillsMemory(batch.times) ? batch.times : new BigInt64Array(batch.times);
    const contexts = batch.contexts && this.#contexts.send(batch.contexts);
    this.#queuedBytes += lines.length + bytesOf(contexts?.added ?? []);
    const request: WriterRequest = { kind: 'lines', lines, times, count, ...(contexts ? { contexts } : {}) };
    this.#thread.postMessage(request, [lines.buffer as ArrayBuffer, times.buffer as ArrayBuffer]);
    return this.#queuedBytes <= this.#queueLimit;
  }

  /** Waits until half of what the writer wants to hold is free. */
  async drained(): Promise<void> {
    this.#checkUsable();
    while (this.#queuedBytes > this.#queueLimit / 2) {
      await Promise.race([this.failed, new Promise<void>((resolve) => this.#waiting.push(resolve))]);
    }
  }

  /** Notes a gap after the last event that was written. */
  gap(gap: GapInfo): void {
    this.#post({ kind: 'gap', gap });
  }

  /** Notes which daemon the session's events come from, once that is known. */
  daemon(daemon: SessionDaemon): void {
    this.#post({ kind: 'daemon', daemon });
  }

  /** Ends the session: everything is in the capture then, which is one file again. */
  async close(end: SessionEnd = {}): Promise<SessionSummary> {
    this.#post({ kind: 'finish', end });
    this.#isEnding = true;
    const reply = await this.#ended;
    if (reply.kind === 'finished') return reply.summary;
    throw unexpected(reply);
  }

  /** Ends without what was not committed. A capture that was made for this session and got nothing is removed. */
  async abort(): Promise<void> {
    if (this.#failure === undefined && !this.#isEnding) {
      this.#post({ kind: 'abort' });
      this.#isEnding = true;
    }
    await this.#ended.catch(() => {});
  }

  /** Listens to the thread until it has ended; gives back its last words. */
  #follow(): Promise<WriterReply> {
    let last: WriterReply | undefined;
    this.#thread.on('message', (reply: WriterReply) => {
      if (reply.kind === 'saved') this.#saved(reply.bytes, reply.events);
      else if (reply.kind === 'waiting') this.#waits(reply.problem);
      else if (reply.kind === 'log') this.#log?.(reply.severity, reply.text);
      else if (reply.kind === 'failed') this.#fail(new DocktapeError('CAPTURE', reply.message + this.#lost()));
      else last = reply;
    });
    this.#thread.on('error', (error) => this.#fail(error));
    return new Promise((resolve, reject) => {
      this.#thread.on('exit', () => {
        if (last === undefined) this.#fail(captureError(this.#path, 'is not written any more: its thread ended'));
        if (last !== undefined && this.#failure === undefined) resolve(last);
        else reject(this.#failure);
      });
    });
  }

  /** What a failure costs, for its message. */
  #lost(): string {
    const lost = this.#isAtomic ? 0 : this.#events - this.#committed;
    return lost === 0 ? '' : ` (${plural(lost, 'event')} could not be committed)`;
  }

  #waits(problem: string | undefined): void {
    this.#problem = problem;
    if (problem === undefined) this.#log?.('info', `${this.#path} is written again`);
    else this.#log?.('warning', `${problem}: it is tried each second, and events are kept in memory meanwhile`);
  }

  #saved(bytes: number, events: number): void {
    this.#committed += events;
    this.#queuedBytes -= bytes;
    if (this.#queuedBytes > this.#queueLimit / 2) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #post(request: WriterRequest): void {
    this.#checkUsable();
    this.#thread.postMessage(request);
  }

  #checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isEnding) throw new Error('the capture writer was closed');
  }
}

/** The thread's first words; it opens the capture before it says anything. */
function firstReply(thread: Worker): Promise<WriterReply> {
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the capture writer's thread ended at once, with code ${code}`)));
  });
}

/** Whether the values fill their memory, which can be given away then: a part of it belongs to others as well. */
function fillsMemory(values: Uint8Array | BigInt64Array): boolean {
  return values.buffer instanceof ArrayBuffer && values.buffer.byteLength === values.byteLength;
}

function unexpected(reply: WriterReply): Error {
  return new Error(`the capture writer's thread said '${reply.kind}' out of turn`);
}
