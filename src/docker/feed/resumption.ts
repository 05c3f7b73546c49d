import { type LineBatch, selectLines } from '../line-batch.js';
import { eventKey } from './event-key.js';

/** How many events a Docker daemon remembers (moby, daemon/events: `eventsLimit`). */
export const DOCKER_RING = 256;

/**
 * What the ring has forgotten before an event was in the stream at most this many places after that event. The daemon appends
 * an event to the ring and then sends it, and between the two others do the same. Nothing bounds how many; but each is a call in
 * progress that only waits for its turn. When an event's two places differ by up to 31, two events can be apart by twice that.
 */
const REORDERED = 64;

/** How long before a daemon's answer an event can have been appended and still be sent as a new one, in nanoseconds. */
const HANDOFF = 2_000_000_000n;

/** How long after the time that an answer bears nothing in it can be of the ring: that time is in whole seconds. */
const RING_END = 4_000_000_000n;

/** A connection's lines are compared with what was delivered up to this many, however fast they follow each other. */
const COMPARED = 2_048;

const NEWLINE = 0x0a;

/** What was known when a daemon was asked for all that it remembers. Times are by the daemon's clock, nanoseconds since the epoch. */
export interface Before {
  /** The keys of the last lines that were delivered, the newest last. */
  readonly delivered: readonly string[];
  /**
   * How many of them, counted from the oldest, are sure to have no unseen gap among them. The others came over a connection
   * that ended before it was clear whether something is missing before them.
   */
  readonly sure: number;
  /** From when on events are wanted. */
  readonly wantedFrom: bigint;
  /** Whether there was a stream before, so that the daemon may be another one now, or have been restarted. */
  readonly hadStream: boolean;
  /** When the daemon answered. */
  readonly answered: bigint;
  /** How many events the daemon remembers; infinity for one that keeps them all, over restarts too. */
  readonly capacity: number;
}

/**
 * Whether events were lost before those that are new: `complete` when the daemon's memory proves that there were none, `gap`
 * when it does not, `open` while it would if no more of it came.
 */
export type Verdict = 'open' | 'complete' | 'gap';

/**
 * Merges what a daemon sends after a connection was made, its ring and then its stream, with what was delivered before.
 *
 * The ring is complete when it is not full and holds something delivered: then the daemon has forgotten nothing since. It is
 * also when it holds something delivered so long before the last one that whatever it has forgotten was delivered too; and when it
 * begins before anything was wanted.
 *
 * Where the ring ends and the stream begins cannot be seen. An event that was appended to the ring just before the
 * subscription can be sent by both; so a second copy of a recent line is that, and of an older line it is a twin: another
 * event with the same bytes.
 */
export class Resumption {
  readonly #before: Before;
  /** For each key that was delivered, the places of its lines; those that the daemon has sent by now are taken out. */
  readonly #places: Map<string, number[]>;
  /** Recent lines of this connection that may come once more. */
  readonly #repeatable = new Set<string>();
  /** How many lines have come that may be of the ring. */
  #lines = 0;
  /** Whether a line that is wanted has come. */
  #hasBegun = false;
  #beginsBeforeWanted = false;
  #holdsDelivered = false;
  #holdsEarly = false;
  /** Whether what comes now is likely to be of the stream. */
  #isCollected = false;
  /** Whether all of the ring has come. */
  #isWhole = false;

  constructor(before: Before) {
    this.#before = before;
    this.#places = placesOf(before.delivered);
  }

  /** Whether all lines from now on are new, and the verdict is final. */
  get isSettled(): boolean {
    return this.#isWhole;
  }

  get verdict(): Verdict {
    const { delivered, hadStream, capacity } = this.#before;
    if (this.#holdsEarly) return 'complete';
    const canBeOurs = this.#holdsDelivered || delivered.length === 0;
    if (this.#beginsBeforeWanted && canBeOurs) return 'complete';
    if (this.#lines >= capacity) return 'gap';
    const isOurs =
      this.#holdsDelivered || (delivered.length === 0 && (!hadStream || capacity === Number.POSITIVE_INFINITY));
    if (this.#isWhole) return isOurs ? 'complete' : 'gap';
    return isOurs ? 'open' : 'gap';
  }

  /** Takes the connection's next lines, and gives back those that are new. */
  take(batch: LineBatch): LineBatch {
    const { lines, times, count } = batch;
    const isNew = new Uint8Array(count);
    let news = 0;
    for (let index = 0, start = 0; index < count; index += 1) {
      const end = lines.indexOf(NEWLINE, start);
      if (this.#isNew(lines, start, end, times[index] as bigint)) {
        isNew[index] = 1;
        news += 1;
      }
      start = end + 1;
    }
    return news === count ? batch : selectLines(batch, isNew);
  }

  /**
   * To be called when it looks as if the ring had come: what follows is wanted, and the first line of a time at which the ring
   * had been sent settles the verdict. Before that no line's time does, as somebody may have set the daemon's clock.
   */
  collected(): void {
    this.#isCollected = true;
  }

  /** To be called when the daemon has ended the connection properly: it sends all of the ring first. */
  ended(): void {
    this.#isWhole = true;
  }

  #isNew(lines: Buffer, start: number, end: number, time: bigint): boolean {
    const { answered, wantedFrom } = this.#before;
    if (this.#isCollected && (time > answered + RING_END || this.#lines >= COMPARED)) this.#isWhole = true;
    if (this.#isWhole) return true;
    if (this.#lines === 0) this.#beginsBeforeWanted = time < wantedFrom;
    this.#lines += 1;
    const key = eventKey(lines, start, end);
    if (this.#repeatable.delete(key)) return false;
    const isRecent = time > answered - HANDOFF;
    if (isRecent) this.#repeatable.add(key);
    if (this.#wasDelivered(key)) return false;
    this.#hasBegun ||= time >= wantedFrom || (this.#isCollected && isRecent);
    return this.#hasBegun;
  }

  #wasDelivered(key: string): boolean {
    // Of twins, the newest proves the least.
    const place = this.#places.get(key)?.pop();
    if (place === undefined) return false;
    this.#hasBegun = true;
    this.#holdsDelivered = true;
    this.#holdsEarly ||= place + REORDERED < this.#before.sure;
    return true;
  }
}

function placesOf(keys: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, key] of keys.entries()) {
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  }
  return places;
}
