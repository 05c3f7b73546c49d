import { connect, type Socket } from 'node:net';
import type { Random } from './random.js';

/** What a proxy is told of a connection. */
export interface ConnectionListener {
  /** The client's request for events is passed on to the daemon. */
  readonly onEvents: () => void;
  readonly onClose: () => void;
}

/** One client of a {@link FaultyProxy} and the connection to the daemon behind it. The daemon never waits for the client. */
export class FaultyConnection {
  readonly #daemon: Socket;
  #isForEvents = false;
  #hasAnswer = false;
  #isStalled = false;
  #forward: (bytes: Buffer) => void = (bytes) => this.#pass(bytes);
  #held: Buffer[] = [];

  constructor(
    private readonly client: Socket,
    daemon: string,
    { onEvents, onClose }: ConnectionListener,
  ) {
    this.#daemon = connect(daemon);
    client.once('data', (request: Buffer) => {
      // A request that names its end looks at what the daemon remembers, and follows nothing.
      if (!request.includes('GET /events') || request.includes('until=')) return;
      this.#isForEvents = true;
      onEvents();
    });
    client.pipe(this.#daemon);
    this.#daemon.on('data', (bytes: Buffer) => this.#forward(bytes));
    this.#daemon.on('end', () => client.end());
    for (const socket of [client, this.#daemon]) socket.on('error', () => this.cut());
    client.on('close', () => {
      this.#daemon.destroy();
      onClose();
    });
  }

  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Whether events flow: the daemon's answer to a request for events has begun to pass. */
  get isStream(): boolean {
    return this.#isForEvents && this.#hasAnswer && !this.#isStalled && !this.client.destroyed;
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
    this.#forward = (bytes) => {
      this.#forward = () => {};
      this.client.write(bytes.subarray(0, random.between(1, Math.max(1, bytes.length - 1))), () => this.cut());
    };
  }

  /** Passes on nothing more, and keeps the connection. */
  stall(): void {
    this.#isStalled = true;
    this.#forward = () => {};
  }

  /** Passes on what comes in the next milliseconds only after them. */
  delay(milliseconds: number): void {
    this.#forward = (bytes) => this.#held.push(bytes);
    setTimeout(() => {
      const held = this.#held;
      this.#held = [];
      this.#forward = (bytes) => this.#pass(bytes);
      for (const bytes of held) this.#pass(bytes);
    }, milliseconds);
  }

  /** Passes on what comes in the next milliseconds in pieces of a few bytes. */
  crumble(random: Random, milliseconds: number): void {
    this.#forward = (bytes) => {
      for (let start = 0; start < bytes.length; ) {
        const end = start + random.between(1, 200);
        this.#pass(bytes.subarray(start, end));
        start = end;
      }
    };
    setTimeout(() => {
      this.#forward = (bytes) => this.#pass(bytes);
    }, milliseconds);
  }

  #pass(bytes: Buffer): void {
    this.#hasAnswer = true;
    this.client.write(bytes);
  }
}
