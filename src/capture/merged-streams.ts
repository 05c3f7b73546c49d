import type { CapturedEvent } from './reader.js';

/** Events in an order that is kept. */
export interface Stream {
  /** The first event; absent when there is none. */
  readonly head?: CapturedEvent;
  /** Those that follow it. */
  readonly events: Iterator<CapturedEvent>;
}

/** A stream's next event. */
interface Head<S> {
  readonly stream: S;
  readonly event: CapturedEvent;
  /**
   * The latest time in the stream so far: times go back now and then, and what follows an event must not be held up by the
   * events of other streams that were meanwhile.
   */
  readonly time: bigint;
  /** The stream's place among the others, which decides between equal times. */
  readonly rank: number;
}

/** Several streams as one in the order of their times. The next one is kept on top of a heap. */
export class MergedStreams<S extends Stream> {
  readonly #heap: Head<S>[] = [];

  constructor(streams: readonly S[]) {
    for (const [rank, stream] of streams.entries()) {
      if (stream.head) this.#push({ stream, event: stream.head, time: stream.head.ts, rank });
    }
  }

  *[Symbol.iterator](): Generator<{ readonly stream: S; readonly event: CapturedEvent }> {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      yield top;
      const { stream, time, rank } = top;
      const next = stream.events.next();
      if (!next.done) {
        const event = next.value;
        const isLate = event.ts < time;
        this.#heap[0] = { stream, event, time: isLate ? time : event.ts, rank };
      } else {
        const last = this.#heap.pop();
        if (last === undefined || this.#heap.length === 0) return;
        this.#heap[0] = last;
      }
      this.#sink();
    }
  }

  #push(head: Head<S>): void {
    const heap = this.#heap;
    let at = heap.push(head) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Moves the top down to where it belongs. */
  #sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = this.#isBefore(left, at) ? left : at;
      if (this.#isBefore(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return false;
    return first.time === second.time ? first.rank < second.rank : first.time < second.time;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#heap[a] as Head<S>, this.#heap[b] as Head<S>];
    this.#heap[a] = second;
    this.#heap[b] = first;
  }
}
