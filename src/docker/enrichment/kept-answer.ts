import type { EventContext } from './event-context.js';

/** What is kept of an answer: at least a part of a context. */
export interface KeptAnswer {
  readonly json: string;
  /**
   * The last contexts that were made with this as their most special answer, by what they lack. They are kept here and not in a WeakMap: many
   * lines ask for one, and such a map costs that much more.
   */
  made?: MadeContext[];
}

/** A context, and what it was made of besides. */
export interface MadeContext {
  readonly host: KeptAnswer;
  readonly container: KeptAnswer | undefined;
  readonly context: EventContext | undefined;
}
