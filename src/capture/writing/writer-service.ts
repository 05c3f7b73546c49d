import { DocktapeError } from '../../errors.js';
import { CaptureFile, MovedError } from '../capture-file.js';
import type { SessionDaemon, SessionInfo } from '../session.js';
import { NOTHING, type SessionEnd, SessionWriter } from '../session-writer.js';
import type { WriterJob, WriterReply, WriterRequest } from '../writer-messages.js';
import { Backlog, type BacklogEntry, type LinesEntry } from './backlog.js';
import { ReceivedContexts } from './contexts.js';
import { isCurable } from './curable.js';
import { CapturePlace } from './place.js';
import { Rotator } from './rotator.js';

/** Events of a transaction, and how long one may wait for its commit in milliseconds: what a crash may cost. */
const COMMIT_EVENTS = 1_000;
const COMMIT_MS = 100;

/** How often a capture that cannot be written is tried again, in milliseconds. */
const RETRY_MS = 1_000;

/** How often, after the first time, when it has to be opened anew for that: each try takes some memory for good (database.ts). */
const REOPEN_MS = 10_000;

/**
 * The writer's work, in its thread: puts what it is given into a capture in its order, commits, rotates, and sits out what
 * keeps it from that. What is not committed stays in memory, so that it can be written again after an error.
 */
export class WriterService {
  /** The number of the first session. */
  readonly session: number;
  readonly #job: WriterJob;
  readonly #tell: (reply: WriterReply) => void;
  readonly #place: CapturePlace;
  readonly #rotator: Rotator | undefined;
  readonly #backlog = new Backlog();
  readonly #contexts = new ReceivedContexts();
  /** Absent from when a capture was closed or lost until the next one is begun. */
  #session: SessionWriter | undefined;
  /** The daemon as it was last told, for the sessions that follow. */
  #daemon: SessionDaemon = {};
  /** What earlier captures of this writer hold. */
  #earlier = NOTHING;
  /** What was said to be committed of the current session. */
  #told = NOTHING;
  #commitTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isCommitDue = false;
  #isWaiting = false;
  #isEnding = false;
  #hasEnded = false;

  /**
   * Takes the place and begins a session.
   *
   * @param tell `finished`, `aborted` and `failed` are the last that it is told
   * @throws DocktapeError `CAPTURE`
   */
  constructor(job: WriterJob, tell: (reply: WriterReply) => void) {
    this.#job = job;
    this.#tell = tell;
    this.#place = CapturePlace.take(job.path);
    const { rotation, durability } = job;
    const log = (severity: 'warning' | 'info', text: string) => tell({ kind: 'log', severity, text });
    this.#rotator = rotation && new Rotator({ ...rotation, place: this.#place, durability, log }, () => this.#work());
    try {
      this.#session = this.#begin(job.info);
      this.session = this.#session.session;
    } catch (error) {
      this.#place.release();
      throw error;
    }
  }

  take(request: WriterRequest): void {
    if (this.#hasEnded) return;
    if (request.kind === 'abort') {
      this.#end({ kind: 'aborted' });
      return;
    }
    this.#backlog.add(this.#entryOf(request));
    this.#isEnding ||= request.kind === 'finish';
    if (!this.#isWaiting || this.#isEnding) this.#work();
  }

  /** Does what there is to do, as far as it goes. */
  #work(): void {
    if (this.#hasEnded) return;
    clearTimeout(this.#retryTimer);
    try {
      for (;;) {
        if (this.#rotator?.isDue) this.#rotate(this.#rotator);
        this.#session ??= this.#beginAgain();
        const entry = this.#backlog.next;
        if (entry) this.#put(this.#session, entry);
        else if (this.#settle(this.#session)) break;
        if (this.#hasEnded) break;
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The backlog is in the transaction. Gives back whether that is all that there is to do now. */
  #settle(session: SessionWriter): boolean {
    if (!this.#isCommitDue && !this.#isWaiting) {
      this.#commitSoon(session);
      return true;
    }
    this.#commit(session);
    this.#isCommitDue = false;
    if (this.#isWaiting) this.#tell({ kind: 'waiting', problem: undefined });
    this.#isWaiting = false;
    return !this.#rotator?.isDue;
  }

  #put(session: SessionWriter, entry: BacklogEntry): void {
    switch (entry.kind) {
      case 'lines':
        this.#insert(session, entry);
        break;
      case 'gap':
        session.gap(entry.gap);
        break;
      case 'daemon':
        session.daemon(entry.daemon);
        this.#daemon = entry.daemon;
        break;
      case 'finish':
        this.#finish(session, entry.end);
        return;
    }
    this.#backlog.advance();
    if (!this.#job.isAtomic) return;
    // It is taken back as a whole or not at all, so nothing is kept for a second try.
    const contextBytes = this.#backlog.forget();
    if (entry.kind === 'lines') this.#tell({ kind: 'saved', bytes: entry.lines.length + contextBytes, events: 0 });
  }

  #insert(session: SessionWriter, entry: LinesEntry): void {
    let { first, offset } = entry;
    while (first < entry.count) {
      const rest = entry.count - first;
      const limit = this.#job.isAtomic ? rest : Math.min(rest, Math.max(COMMIT_EVENTS - session.pending, 1));
      offset = session.insert(entry, offset, first, limit);
      first += limit;
      if (this.#job.isAtomic || session.pending < COMMIT_EVENTS) continue;
      this.#commit(session);
      entry.first = first;
      entry.offset = offset;
    }
  }

  #commitSoon({ pending }: SessionWriter): void {
    if (this.#job.isAtomic || pending === 0) return;
    this.#commitTimer ??= setTimeout(() => {
      this.#commitTimer = undefined;
      this.#isCommitDue = true;
      if (!this.#isWaiting) this.#work();
    }, COMMIT_MS);
  }

  #commit(session: SessionWriter): void {
    session.commit();
    this.#tellSaved(session, this.#backlog.forget());
    this.#rotator?.committed(session);
  }

  #tellSaved({ committed }: SessionWriter, contextBytes = 0): void {
    const events = committed.events - this.#told.events;
    // Those of an atomic session were told when they were inserted.
    const bytes = contextBytes + (this.#job.isAtomic ? 0 : committed.bytes - this.#told.bytes);
    this.#told = committed;
    if (events + bytes > 0) this.#tell({ kind: 'saved', bytes, events });
  }

  #rotate(rotator: Rotator): void {
    if (this.#session) {
      this.#commit(this.#session);
      if (!rotator.close(this.#session)) return;
      this.#leave(this.#session);
    }
    rotator.moveAway();
    this.#session = this.#beginAgain();
  }

  /** The session is over, and another one follows. */
  #leave({ committed }: SessionWriter): void {
    const { events, bytes, gaps } = this.#earlier;
    this.#earlier = { events: events + committed.events, bytes: bytes + committed.bytes, gaps: gaps + committed.gaps };
    this.#told = NOTHING;
    this.#session = undefined;
  }

  #beginAgain(): SessionWriter {
    const { started: _, ...info } = this.#job.info;
    return this.#begin({ ...info, ...this.#daemon });
  }

  #begin(info: SessionInfo): SessionWriter {
    const { durability, isAtomic } = this.#job;
    const session = new SessionWriter(CaptureFile.open(this.#place, durability), info, isAtomic);
    this.#rotator?.begun(session);
    return session;
  }

  #finish(session: SessionWriter, end: SessionEnd): void {
    const summary = session.finish(end);
    this.#tellSaved(session);
    this.#leave(session);
    this.#end({ kind: 'finished', summary: { ...summary, ...this.#earlier } });
  }

  #failed(error: unknown): void {
    this.#backlog.rewind();
    if (!(error instanceof DocktapeError)) {
      this.#close();
      throw error;
    }
    if (!this.#job.retry || this.#isEnding || !isCurable(error)) {
      this.#end({ kind: 'failed', message: error.message });
      return;
    }
    const wait = this.#session || !this.#isWaiting ? RETRY_MS : REOPEN_MS;
    this.#takeBack(error);
    if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#tell({ kind: 'waiting', problem: error.message });
    }
    this.#retryTimer = setTimeout(() => this.#work(), wait);
  }

  /** Takes back the transaction; a capture that is somewhere else now is left there. */
  #takeBack(error: DocktapeError): void {
    if (!this.#session) return;
    if (error instanceof MovedError) {
      this.#session.abort();
      this.#leave(this.#session);
      return;
    }
    try {
      this.#session.rollBack();
    } catch (second) {
      if (!isCurable(second)) throw second;
    }
  }

  #end(last: WriterReply): void {
    this.#close();
    this.#tell(last);
  }

  #close(): void {
    this.#hasEnded = true;
    for (const timer of [this.#commitTimer, this.#retryTimer]) clearTimeout(timer);
    this.#rotator?.stop();
    if (this.#session) this.#tellSaved(this.#session);
    this.#session?.abort();
    this.#place.release();
  }

  #entryOf(request: Exclude<WriterRequest, { kind: 'abort' }>): BacklogEntry {
    if (request.kind !== 'lines') return request;
    const { kind, lines, times, count, contexts } = request;
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
    const received = contexts ? this.#contexts.receive(contexts) : { contextBytes: 0 };
    return { kind, lines: bytes, times, count, ...received, first: 0, offset: 0 };
  }
}
