import { connect, type Socket } from 'node:net';
import { now } from '#docktape/time.js';
import type { Random } from './random.js';

/** How many events a daemon remembers, and sends first. */
export const REMEMBERED = 256;

/** A request for events that was passed on. Times in nanoseconds since the epoch. */
export interface EventsRequest {
  readonly at: bigint;
  /** When the first event came: the daemon has looked by then at what it remembers. */
  answered?: bigint;
  /** When all that the daemon remembered was passed on. */
  passed?: bigint;
  /** When the connection ended. */
  ended?: bigint;
}

/** What a proxy is told of a connection. */
export interface ConnectionListener {
  /** The client's request for events is passed on to the daemon. */
  readonly onEvents: (request: EventsRequest) => void;
  readonly onClose: () => void;
}

/** One client of a {@link FaultyProxy} and the connection to the daemon behind it. The daemon never waits for the client. */
export class FaultyConnection {
  readonly #daemon: Socket;
  #events: EventsRequest | undefined;
  #hasAnswer = false;
  #isStalled = false;
  #forward: (bytes: Buffer) => void = (bytes) => this.#pass(bytes);
  #held: Buffer[] = [];
  #passedEvents = 0;

  constructor(
    private readonly client: Socket,
    daemon: string,
    { onEvents, onClose }: ConnectionListener,
  ) {
    this.#daemon = connect(daemon);
    client.once('data', (request: Buffer) => {
      // A request that names its end looks at what the daemon remembers, and follows nothing.
      if (!request.includes('GET /events') || request.includes('until=')) return;
      this.#events = { at: now() };
      onEvents(this.#events);
    });
    client.pipe(this.#daemon);
    this.#daemon.on('data', (bytes: Buffer) => {
      if (this.#events && bytes.includes('"timeNano"')) this.#events.answered ??= now();
      this.#forward(bytes);
    });
    this.#daemon.on('end', () => client.end());
    for (const socket of [client, this.#daemon]) socket.on('error', () => this.cut());
    client.on('close', () => {
      if (this.#events) this.#events.ended = now();
      this.#daemon.destroy();
      onClose();
    });
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Whether events flow: the daemon's answer to a request for events has begun to pass. */
  get isStream(): boolean {
    return this.#events !== undefined && this.#hasAnswer && !this.#isStalled && !this.client.destroyed;
  }

  /** Ends both sides at once. */
  cut(): void {
    this.#daemon.destroy();
    this.client.destroy();
  }

  /** Like {@link cut}; the client loses what it has not read, where the kind of socket can do so. */
  reset(): void {
    this.#daemon.destroy();
    if (this.client.remoteAddress === undefined) this.client.destroy();
    else this.client.resetAndDestroy();
  }

  /** Passes on a part only of what comes next, mostly to the middle of a line, and ends. */
  truncate(random: Random): void {
    this.#heal();
    this.#forward = (bytes) => {
      this.#forward = () => {};
      this.client.write(bytes.subarray(0, random.between(1, Math.max(1, bytes.length - 1))), () => this.cut());
    };
  }

  /** Passes on nothing more, and keeps the connection. */
  stall(): void {
    this.#heal();
    this.#isStalled = true;
    this.#forward = () => {};
  }

  /** Passes on what comes in the next milliseconds only after them. */
  delay(milliseconds: number): void {
    this.#for(milliseconds, (bytes) => this.#held.push(bytes));
  }

  /** Passes on what comes in the next milliseconds in pieces of a few bytes. */
  crumble(random: Random, milliseconds: number): void {
    this.#for(milliseconds, (bytes) => {
      for (let start = 0; start < bytes.length; ) {
        const end = start + random.between(1, 200);
        this.#pass(bytes.subarray(start, end));
        start = end;
      }
    });
  }

  #for(milliseconds: number, forward: (bytes: Buffer) => void): void {
    this.#heal();
    this.#forward = forward;
    setTimeout(() => {
      if (this.#forward === forward) this.#heal();
    }, milliseconds);
  }

  /** Passes on what is held back, and all that comes. What is passed on never has a hole: no network makes one. */
  #heal(): void {
    const held = this.#held;
    this.#held = [];
    this.#forward = (bytes) => this.#pass(bytes);
    for (const bytes of held) this.#pass(bytes);
  }

  #pass(bytes: Buffer): void {
    this.#hasAnswer = true;
    this.client.write(bytes);
    if (!this.#events || this.#events.passed !== undefined) return;
    this.#passedEvents += bytes.toString('latin1').split('"timeNano"').length - 1;
    if (this.#passedEvents > REMEMBERED) this.#events.passed = now();
  }
}
