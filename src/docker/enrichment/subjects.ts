import type { ContainerEvents } from '../container-events.js';
import { type ContainerAnswer, readContainer } from './container-answer.js';
import type { HostAnswer } from './context-maker.js';
import type { EventContext } from './event-context.js';
import { type ExecAnswer, readExec } from './exec-answer.js';
import type { Inspector } from './inspector.js';
import type { KeptAnswer } from './kept-answer.js';
import { Subject } from './subject.js';
import { SubjectCache } from './subject-cache.js';
import { Wants } from './wants.js';

/** The containers and execs that events are about: decides what is asked about which, and keeps what is known for as long as they live. */
export class Subjects {
  readonly #inspector: Inspector;
  readonly #containers: SubjectCache<Subject<ContainerAnswer>>;
  readonly #execs: SubjectCache<Subject<ExecAnswer>>;

  constructor(inspector: Inspector) {
    const giveUp = (subject: Subject) => inspector.giveUp(subject);
    this.#inspector = inspector;
    this.#containers = new SubjectCache<Subject<ContainerAnswer>>(giveUp);
    this.#execs = new SubjectCache<Subject<ExecAnswer>>(giveUp);
  }

  /**
   * The context of an event on this host, if nothing is to be found out for it. Most events are of containers that have been known for long:
   * those are told as fast as can be.
   */
  contextOf(events: ContainerEvents, index: number, host: HostAnswer): EventContext | undefined {
    const action = events.action(index);
    const at = action === 'other' || action === 'die' ? events.idAt(index) : 0;
    return at > 0 ? this.#containers.find(events.view, at)?.contextOn(host) : undefined;
  }

  /** What an event of a container wants to know. What is not known is demanded of the inspector. */
  wantsOf(events: ContainerEvents, index: number): Wants {
    const id = events.id(index);
    switch (events.action(index)) {
      case 'create':
      case 'start':
      case 'update':
      case 'rename':
        return this.changed(id);
      case 'destroy':
      case 'remove':
        return this.#ended(id);
      case 'exec_create':
        return new Wants(this.#seen(id), this.#demanded(this.#exec(id, events.execId(index))));
      case 'exec_start':
        return new Wants(this.#seen(id), this.#wanted(this.#exec(id, events.execId(index))));
      case 'exec_die':
      case 'exec_died':
        return new Wants(this.#seen(id), this.#execs.take(execKey(id, events.execId(index))));
      default:
        return this.seen(id);
    }
  }

  /** What an event wants to know after which a container may not be what it was. */
  changed(id: string): Wants {
    return new Wants(this.#demanded(this.#container(id)), undefined);
  }

  /** What any other event of a container wants to know. */
  seen(id: string): Wants {
    return new Wants(this.#seen(id), undefined);
  }

  /** Notes how much there is to keep of the last answer about it. */
  answered(subject: Subject): void {
    const bytes = sizeOf(subject.answer);
    if (subject.kind === 'container') this.#containers.weigh(subject, bytes);
    else this.#execs.weigh(subject, bytes);
  }

  /** Notes what an exec takes whose event is handed on: its context is kept for its next events, with all of the container in it. */
  concluded({ container, exec }: Wants): void {
    if (exec) this.#execs.weigh(exec, sizeOf(exec.answer) + (container?.answer?.json.length ?? 0));
  }

  /** Forgets all, as it is another daemon from now on. */
  clear(): void {
    this.#containers.clear();
    this.#execs.clear();
  }

  /** The event still tells what the container was. If nobody has asked by now, it is too late. */
  #ended(id: string): Wants {
    const container = this.#containers.take(id);
    if (container) this.#inspector.giveUp(container);
    return new Wants(container, undefined);
  }

  #seen(id: string): Subject<ContainerAnswer> {
    return this.#wanted(this.#container(id));
  }

  #container(id: string): Subject<ContainerAnswer> {
    const known = this.#containers.get(id);
    return known ?? this.#containers.add(new Subject('container', id, id, (answer) => readContainer(answer, id)));
  }

  #exec(container: string, id: string): Subject<ExecAnswer> {
    const key = execKey(container, id);
    const known = this.#execs.get(key);
    return known ?? this.#execs.add(new Subject('exec', id, key, (answer) => readExec(answer, id, container)));
  }

  #demanded<T extends KeptAnswer>(subject: Subject<T>): Subject<T> {
    this.#inspector.demand(subject);
    return subject;
  }

  #wanted<T extends KeptAnswer>(subject: Subject<T>): Subject<T> {
    return subject.isWanting ? this.#demanded(subject) : subject;
  }
}

/** A label can give an exec of one container the ID of another one's. */
function execKey(container: string, exec: string): string {
  return `${container}/${exec}`;
}

/** The answers' texts take the most, once as they are and once as a part of a context. */
function sizeOf(answer: KeptAnswer | undefined): number {
  return 2 * (answer?.json.length ?? 0);
}
