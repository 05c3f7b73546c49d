import type { EventContext } from '../docker/enrichment/event-context.js';

/** The numbers by which lines name contexts are smaller than this; native/plugin/source/context_slots.h has the same bound. */
const SLOT_NUMBERS = 4096;

/** In the place of a slot's number, for a line that has no context. */
export const NO_CONTEXT = 0;

const SLOTS = SLOT_NUMBERS - 1;

/** The longest context that the plugin keeps, in bytes; it has this bound, too. */
const LONGEST_CONTEXT = 16 * 1024;

/** Whether the plugin may be told of it: a longer one goes with each of its lines. */
export function fitsSlot({ json }: EventContext): boolean {
  return json.length <= LONGEST_CONTEXT;
}

/**
 * Which contexts the plugin has been told of, and the numbers by which it knows them. The one of which it was told first is the first
 * whose number another one gets. Nothing here keeps a context in memory: each keeps what is to be known of it itself, which every line asks for.
 */
export class ContextSlots {
  #told = 0;

  /** The number by which the plugin knows it; `undefined` when it has not been told, or has got another one in its place. */
  numberOf({ teller, turn }: EventContext): number | undefined {
    return turn === undefined || teller !== this || turn < this.#told - SLOTS ? undefined : numberAt(turn);
  }

  /** Gives it a number, by which the plugin knows it as soon as it is told. */
  add(context: EventContext): number {
    const turn = this.#told;
    context.teller = this;
    context.turn = turn;
    this.#told += 1;
    return numberAt(turn);
  }
}

function numberAt(turn: number): number {
  return NO_CONTEXT + 1 + (turn % SLOTS);
}
