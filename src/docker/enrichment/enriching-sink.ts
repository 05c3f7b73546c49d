import type { DocktapeError } from '../../errors.js';
import { containerEvents } from '../container-events.js';
import type { DaemonClient } from '../daemon-client.js';
import type { DaemonInfo } from '../daemon-info.js';
import type { FeedSink, LogSeverity } from '../feed/feed-options.js';
import type { Incident, Missed } from '../incident.js';
import type { LineBatch } from '../line-batch.js';
import { ContextMaker, type HostAnswer } from './context-maker.js';
import type { EnrichmentOptions, Inspection } from './enrichment-options.js';
import { type EventContext, takesContext } from './event-context.js';
import { type Held, HeldIncident, HeldLines, type WaitingLine } from './held.js';
import { HeldUnread } from './held-unread.js';
import { HoldingQueue } from './holding-queue.js';
import { hostAnswer } from './host-answer.js';
import { Inspector } from './inspector.js';
import { Subjects } from './subjects.js';
import type { Wants } from './wants.js';

/** What is known of the host of a daemon of which nothing is known. */
const NO_HOST: HostAnswer = { json: '' };

/** Of which daemon the events are. */
export interface EventOrigin {
  readonly client: Pick<DaemonClient, 'get'>;
  /** Its address, for the log. */
  readonly endpoint: string;
}

/**
 * Stands between a feed and its sink, and puts beside events what they are about. It hands on all that it is told, once and in order;
 * an event that waits for an answer holds back what comes after it, and itself no longer than its time.
 */
export class EnrichingSink implements FeedSink {
  readonly #sink: FeedSink;
  readonly #timeout: number;
  readonly #maker: ContextMaker;
  readonly #inspector: Inspector;
  readonly #subjects: Subjects;
  readonly #queue = new HoldingQueue();
  #host = NO_HOST;
  /** What came since it is not known which daemon it is, and was not read; `undefined` while that is known. */
  #unread: Set<HeldUnread> | undefined;
  #daemonId: string | undefined;

  constructor(sink: FeedSink, origin: EventOrigin, options: EnrichmentOptions) {
    this.#sink = sink;
    this.#timeout = options.timeout;
    this.#maker = new ContextMaker(options);
    this.#inspector = new Inspector(
      { ...origin, timeout: options.timeout },
      {
        settled: (subject) => {
          this.#subjects.answered(subject);
          this.#queue.release();
        },
        exhausted: () => this.#queue.release(true),
        inspection: (inspection) => this.inspection(inspection),
        log: (severity, text) => this.log(severity, text),
      },
    );
    this.#subjects = new Subjects(this.#inspector);
  }

  connected(daemon: DaemonInfo): void {
    if (!this.#unread) this.#comesFrom(daemon);
    this.#inspector.connected();
    this.#inTurn(() => this.#sink.connected(daemon));
  }

  /**
   * It may be another daemon from now on, or a newer one, which is being found out. What comes waits for that, as long as for anything else:
   * an event has rather no host than one that is not its own, and is asked about when nothing of another daemon is in mind any more.
   */
  identifying(): void {
    this.#host = NO_HOST;
    this.#readAll();
    this.#unread = new Set();
  }

  /** This is the daemon, as far as anybody knows, from {@link identifying} on. */
  identified(daemon: DaemonInfo): void {
    this.#comesFrom(daemon);
    this.#readAll();
    this.#unread = undefined;
    this.#queue.release();
    this.#inspector.ask();
  }

  waiting(reason: string): void {
    this.#inTurn(() => this.#sink.waiting(reason));
  }

  lines(batch: LineBatch): void {
    this.#add(batch.lines.length, (deadline) => this.#readLines(batch, deadline));
  }

  incident(incident: Incident): void {
    if (incident.kind !== 'missed') {
      this.#inTurn(() => this.#sink.incident(incident));
      return;
    }
    this.#add(0, (deadline) => this.#readMissed(incident, deadline));
  }

  inspection(inspection: Inspection): void {
    this.#sink.inspection(inspection);
  }

  log(severity: LogSeverity, text: string): void {
    this.#sink.log(severity, text);
  }

  /** The end comes in its turn: what is held until then waits for its answers as it always does. */
  ended(): void {
    this.#inTurn(() => {
      this.#inspector.stop();
      this.#sink.ended();
    });
  }

  failed(error: DocktapeError): void {
    this.stop();
    this.#sink.failed(error);
  }

  /** Hands on all that is held, with what is known. Nothing is asked any more, and no call to the sink follows. */
  stop(): void {
    this.#queue.release(true);
    this.#inspector.stop();
  }

  #comesFrom(daemon: DaemonInfo): void {
    const { daemonId } = daemon;
    if (this.#daemonId !== undefined && daemonId !== this.#daemonId) this.#subjects.clear();
    this.#daemonId = daemonId ?? this.#daemonId;
    this.#host = hostAnswer(daemon);
  }

  /** Reads something about containers, once it is known of which daemon, and lets it wait for what it wants to know. */
  #add(bytes: number, read: (deadline: number) => Held): void {
    const deadline = this.#deadline();
    const unread = this.#unread;
    if (unread) {
      const held = new HeldUnread(bytes, deadline, () => {
        unread.delete(held);
        return read(deadline);
      });
      unread.add(held);
      this.#queue.add(held);
    } else {
      this.#queue.add(read(deadline));
    }
    this.#inspector.ask();
  }

  #readAll(): void {
    for (const held of this.#unread ?? []) held.read();
  }

  /** Finds out what lines are about, and demands what is not known of it. */
  #readLines(batch: LineBatch, deadline: number): Held {
    const { lines, count } = batch;
    const host = this.#host;
    const events = containerEvents(batch);
    const contexts = new Array<EventContext | undefined>(count);
    const waiting: WaitingLine[] = [];
    for (let index = 0, start = 0; index < count; index += 1) {
      const end = events.end(index);
      if (!takesContext(lines, start, end)) {
        contexts[index] = undefined;
      } else if (events.action(index)) {
        const context = this.#subjects.contextOf(events, index, host);
        if (context) {
          contexts[index] = context;
        } else {
          const wants = this.#subjects.wantsOf(events, index);
          if (wants.isOpen) waiting.push({ index, start, wants });
          else contexts[index] = this.#conclude(host, wants);
        }
      } else {
        contexts[index] = this.#maker.contextOf(host, undefined, undefined, 0);
      }
      start = end + 1;
    }
    const conclude = (wants: Wants) => this.#conclude(host, wants);
    const handOn = (part: LineBatch) => this.#sink.lines(part);
    return new HeldLines(batch, contexts, waiting, deadline, conclude, handOn);
  }

  #readMissed(incident: Missed, deadline: number): Held {
    const host = this.#host;
    const { change, container } = incident;
    const wants = change === 'start' ? this.#subjects.changed(container) : this.#subjects.seen(container);
    return new HeldIncident(wants, deadline, () => {
      const context = this.#conclude(host, wants);
      this.#sink.incident(context ? { ...incident, context } : incident);
    });
  }

  /** Tells the sink something when its turn in the stream comes. */
  #inTurn(tell: () => void): void {
    this.#queue.add(new HeldIncident(undefined, 0, tell));
  }

  #deadline(): number {
    const now = performance.now();
    return this.#inspector.isPatient ? now + this.#timeout : now;
  }

  /** The context of an event that is handed on. */
  #conclude(host: HostAnswer, wants: Wants): EventContext | undefined {
    if (wants.isOpen) this.#sink.inspection('late');
    this.#subjects.concluded(wants);
    const { container, exec, lacks } = wants;
    const context = this.#maker.contextOf(host, container?.answer, exec?.answer, lacks);
    if (lacks === 0 && !exec) container?.keepContext(host, context);
    return context;
  }
}
