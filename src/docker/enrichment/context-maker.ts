import type { ContainerAnswer } from './container-answer.js';
import type { EnrichmentOptions } from './enrichment-options.js';
import type { EventContext } from './event-context.js';
import type { ExecAnswer } from './exec-answer.js';
import type { KeptAnswer } from './kept-answer.js';

/** What was to be known of an event and is not, or not as new as it should be; together they are added. */
export const LACKS_CONTAINER = 1;
export const LACKS_EXEC = 2;

/** The member `host` of a context: JSON on one line; empty when nothing is known of the host. */
export type HostAnswer = KeptAnswer;

/**
 * Makes contexts of answers. Events of which the same is known get the same object: what was made of an answer is kept with it, for
 * as long as it is kept itself.
 */
export class ContextMaker {
  readonly #redact: (context: Buffer) => Buffer;

  constructor({ redact }: Pick<EnrichmentOptions, 'redact'>) {
    this.#redact = redact ?? ((context) => context);
  }

  /**
   * The context of what is known of an event.
   *
   * @param lacks what was to be known besides
   * @returns `undefined` when nothing at all is known, and nothing was to be
   */
  contextOf(
    host: HostAnswer,
    container: ContainerAnswer | undefined,
    exec: ExecAnswer | undefined,
    lacks: number,
  ): EventContext | undefined {
    const owner = exec ?? container ?? host;
    owner.made ??= [];
    const last = owner.made[lacks];
    if (last?.host === host && last.container === container) return last.context;
    const context = this.#make(host, container, exec, lacks);
    owner.made[lacks] = { host, container, context };
    return context;
  }

  #make(
    host: HostAnswer,
    container: ContainerAnswer | undefined,
    exec: ExecAnswer | undefined,
    lacks: number,
  ): EventContext | undefined {
    const user = exec && (exec.user ?? container?.user);
    const userMember = user === undefined ? '' : `"user":${JSON.stringify(user)},`;
    const members = [
      host.json && `"host":${host.json}`,
      container && `"container":${container.json}`,
      exec && `"exec":{${userMember}${exec.json.slice(1)}`,
      lacks > 0 && `"lacks":${JSON.stringify(names(lacks))}`,
    ].filter(Boolean);
    return members.length === 0 ? undefined : { json: this.#redact(Buffer.from(`{${members.join(',')}}`)) };
  }
}

function names(lacks: number): string[] {
  return [...(lacks & LACKS_CONTAINER ? ['container'] : []), ...(lacks & LACKS_EXEC ? ['exec'] : [])];
}
