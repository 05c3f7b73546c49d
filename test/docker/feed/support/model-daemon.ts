import type { Random } from '../../../real/support/random.js';

/** An event of the model. Twins are two of them with the same line. */
export interface ModelEvent {
  readonly line: string;
  /** Nanoseconds since the epoch, as in the line. */
  readonly time: bigint;
}

/** What moby's daemon/events does: a ring of 256 events, and a stream whose order differs from the ring's by less than this. */
const RING = 256;
const REORDERED = 31;

/**
 * A daemon as far as its events are concerned. An event is appended to the ring and, a little later, sent to whoever has
 * subscribed by then; other events can come in between. So an event can be sent twice to somebody who subscribes between the two.
 */
export class ModelDaemon {
  /** All that ever happened, in the order of the rings. */
  readonly events: ModelEvent[] = [];
  /** The daemon's clock. */
  now = 1_700_000_000_000_000_000n;
  readonly #random: Random;
  #ring: ModelEvent[] = [];
  /** Appended and not sent yet, and how many were sent before each though they were appended after it. */
  #unsent: { readonly event: ModelEvent; overtaken: number }[] = [];
  #subscriber: ModelEvent[] | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  get ring(): readonly ModelEvent[] {
    return this.#ring;
  }

  /** Lets time pass. What was appended is sent within moments. */
  wait(nanoseconds: number): void {
    if (nanoseconds > 100_000_000) this.sendAll();
    this.now += BigInt(nanoseconds);
  }

  /** Lets some events happen. */
  happen(count: number): void {
    const random = this.#random;
    // At the lower rate, as many wait to be sent as can.
    const rate = random.pick([0.3, 0.6]);
    for (let number = 0; number < count; number += 1) {
      this.wait(random.between(1, 200_000));
      this.#append(this.#next());
      while (this.#unsent.length > REORDERED || random.chance(rate)) if (!this.#send()) break;
    }
    if (random.chance(0.5)) this.sendAll();
  }

  sendAll(): void {
    while (this.#send());
  }

  /** Gives the ring; what is sent from now on is added to the list behind it. */
  subscribe(): ModelEvent[] {
    this.#subscriber = [...this.#ring];
    return this.#subscriber;
  }

  unsubscribe(): void {
    this.#subscriber = undefined;
  }

  /** Forgets everything. */
  restart(): void {
    this.#ring = [];
    this.#unsent = [];
    this.#subscriber = undefined;
    this.wait(1_000_000_000);
  }

  #next(): ModelEvent {
    const random = this.#random;
    const last = this.#ring.at(-1);
    // A twin has the time of the other one, so it is from the same moment.
    if (last && this.now - last.time < 1_000_000n && random.chance(0.05)) return { ...last };
    // Writers read the clock before they come to the ring.
    const time = this.now - BigInt(random.chance(0.1) ? random.between(0, 144_000) : 0);
    return { line: `{"n":${this.events.length},"timeNano":${time}}\n`, time };
  }

  #append(event: ModelEvent): void {
    this.events.push(event);
    this.#ring.push(event);
    if (this.#ring.length > RING) this.#ring.shift();
    this.#unsent.push({ event, overtaken: 0 });
  }

  #send(): boolean {
    const forced = this.#unsent.findIndex(({ overtaken }) => overtaken === REORDERED);
    const index = forced >= 0 ? forced : this.#random.between(0, Math.min(this.#unsent.length, REORDERED) - 1);
    const [sent] = this.#unsent.splice(index, 1);
    if (!sent) return false;
    for (const passed of this.#unsent.slice(0, index)) passed.overtaken += 1;
    this.#subscriber?.push(sent.event);
    return true;
  }
}
