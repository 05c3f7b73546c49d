import { messageOf } from '../../errors.js';
import type { DaemonClient } from '../daemon-client.js';
import { explainFailure, NO_SUCH_OBJECT } from '../daemon-error.js';
import type { LogSeverity } from '../feed/feed-options.js';
import { AnswerWatch } from './answer-watch.js';
import type { Inspection } from './enrichment-options.js';
import type { KeptAnswer } from './kept-answer.js';
import { Patience } from './patience.js';
import { QuestionQueue } from './question-queue.js';
import type { Failing, Subject, SubjectKind } from './subject.js';

/** How many questions are under way at a time. */
const MOST_QUESTIONS = 8;

/**
 * IDs of Docker and Podman. Nothing else is asked for: a label can take the place of an exec's ID, and what is no ID stands in no path, nor
 * does a proxy refuse it that lets only IDs through.
 */
const ID = /^[0-9a-f]{64}$/;

/** Of how many containers, or execs, the inspection has to be refused until none is asked for any more: one alone may be special. */
const REFUSALS = 2;

const PATHS: Readonly<Record<SubjectKind, (id: string) => string>> = {
  container: (id) => `/containers/${id}/json`,
  exec: (id) => `/exec/${id}/json`,
};

/** Whom an inspector tells what. */
export interface InspectorOutput {
  /** A question about it was answered, or will not be. */
  settled(subject: Subject): void;
  /** From now on waiting is of no use. */
  exhausted(): void;
  inspection(inspection: Inspection): void;
  log(severity: LogSeverity, text: string): void;
}

/** Where an inspector asks, and how long somebody waits for an answer (milliseconds). */
export interface InspectorOptions {
  readonly client: Pick<DaemonClient, 'get'>;
  readonly endpoint: string;
  readonly timeout: number;
}

/**
 * Asks a daemon about containers and execs: few questions at a time, one of them at most about the same, none that it has refused on this
 * connection, and none of a kind of which it has refused several.
 */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #output: InspectorOutput;
  readonly #stopping = new AbortController();
  readonly #queue: QuestionQueue;
  readonly #running = new Set<Subject>();
  /** Those under way about which nothing is to be asked afterwards. */
  readonly #givenUp = new Set<Subject>();
  /** The IDs that were refused. */
  readonly #refused: Readonly<Record<SubjectKind, Set<string>>> = { container: new Set(), exec: new Set() };
  #hasWarned = false;
  readonly #patience = new Patience((isLeft) => this.#patienceChanged(isLeft));

  constructor(options: InspectorOptions, output: InspectorOutput) {
    this.#options = options;
    this.#queue = new QuestionQueue(options.timeout);
    this.#output = output;
  }

  /** Whether answers can be waited for. */
  get isPatient(): boolean {
    return this.#patience.isLeft;
  }

  /** Demands a new answer. It is asked for by {@link ask}, at the earliest. */
  demand(subject: Subject): void {
    subject.demand();
    if (ID.test(subject.id)) this.#enqueue(subject);
    else subject.fail(subject.demands, 'gone');
  }

  /** Nobody needs to be asked about it any more: it is gone, or forgotten. A question that is under way goes on. */
  giveUp(subject: Subject): void {
    if (this.#queue.delete(subject)) subject.fail(subject.demands, 'gone');
    else if (this.#running.has(subject)) this.#givenUp.add(subject);
  }

  /** Asks as much of what is demanded as may be under way. */
  ask(): void {
    if (this.#stopping.signal.aborted) return;
    while (this.#running.size < MOST_QUESTIONS) {
      const subject = this.#queue.next();
      if (!subject) return;
      this.#running.add(subject);
      void this.#inspect(subject);
    }
  }

  /** The connection was made anew: what was refused may not be any more. */
  connected(): void {
    for (const ids of Object.values(this.#refused)) ids.clear();
    this.#hasWarned = false;
  }

  /** Ends all questions, without another word. */
  stop(): void {
    this.#queue.clear();
    this.#stopping.abort();
  }

  async #inspect(subject: Subject): Promise<void> {
    const { demands } = subject;
    const outcome = await this.#question(subject);
    if (this.#stopping.signal.aborted) return;
    this.#running.delete(subject);
    if (typeof outcome === 'string') subject.fail(demands, outcome);
    else subject.succeed(demands, outcome.answer);
    if (this.#givenUp.delete(subject)) subject.fail(subject.demands, 'gone');
    else if (subject.isOpen) this.#enqueue(subject);
    this.ask();
    this.#output.settled(subject);
  }

  async #question(subject: Subject): Promise<{ answer: KeptAnswer } | Failing> {
    const { client, timeout } = this.#options;
    const watch = new AnswerWatch(this.#patience, timeout);
    this.#output.inspection('asked');
    try {
      const answer = subject.read(await client.get(PATHS[subject.kind](subject.id), this.#stopping.signal));
      watch.answered();
      return answer === undefined ? this.#failed(subject, 'the answer does not say what it should') : { answer };
    } catch (error) {
      if (this.#stopping.signal.aborted) return 'failed';
      const status = statusOf(error);
      if (status === undefined) watch.unanswered();
      else watch.answered();
      if (status === 404 && NO_SUCH_OBJECT.test(messageOf(error))) return 'gone';
      if (status !== undefined && isRefusal(status)) return this.#refuse(subject, status);
      // What stands in an answer is not for a log: it can be a part of what is to be read only here.
      return this.#failed(subject, status === undefined ? explainFailure(error).reason : `it answered ${status}`);
    } finally {
      watch.stop();
    }
  }

  #enqueue(subject: Subject): void {
    if (this.#isRefused(subject)) {
      subject.fail(subject.demands, 'refused');
    } else if (!this.#running.has(subject)) {
      const oldest = this.#queue.add(subject);
      oldest?.fail(oldest.demands, 'failed');
    }
  }

  #isRefused({ kind, id }: Subject): boolean {
    const ids = this.#refused[kind];
    return ids.size >= REFUSALS || ids.has(id);
  }

  #failed({ kind }: Subject, reason: string): Failing {
    const severity = this.#hasWarned ? 'debug' : 'warning';
    this.#hasWarned = true;
    const { endpoint } = this.#options;
    this.#output.inspection('failed');
    this.#output.log(
      severity,
      `no usable answer to GET ${PATHS[kind]('ID')} at ${endpoint}: ${reason}: events go on without`,
    );
    return 'failed';
  }

  #refuse({ kind, id }: Subject, status: number): Failing {
    this.#output.inspection('failed');
    const ids = this.#refused[kind];
    // Of several questions under way, the first ones that are refused are enough to know.
    if (ids.size >= REFUSALS) return 'refused';
    ids.add(id);
    if (ids.size < REFUSALS) {
      this.#output.log(
        'debug',
        `GET ${PATHS[kind](id)} at ${this.#options.endpoint} is refused: it answered ${status}`,
      );
      return 'refused';
    }
    for (const subject of this.#queue.deleteKind(kind)) subject.fail(subject.demands, 'refused');
    this.#output.log(
      'info',
      `events say nothing of what their ${kind}s are, for which GET ${PATHS[kind]('ID')} would have to be allowed at ${this.#options.endpoint}: it answered ${status}`,
    );
    return 'refused';
  }

  #patienceChanged(isLeft: boolean): void {
    const { endpoint, timeout } = this.#options;
    if (isLeft) {
      this.#output.log(
        'info',
        `${endpoint} answers questions about containers in time again: events wait for the answers`,
      );
      return;
    }
    this.#output.log(
      'warning',
      `${endpoint} does not answer questions about containers within ${timeout} ms: events do not wait for answers until it does`,
    );
    this.#output.exhausted();
  }
}

/** Too early, too many, and a conflict are about this one question; every other 4xx is about its kind. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status);
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'statusCode') : undefined;
  return typeof status === 'number' ? status : undefined;
}
