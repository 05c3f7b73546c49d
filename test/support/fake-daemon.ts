import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers one request; does nothing to leave it unanswered. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** One client of `/events`, as the daemon sees it. */
export class Subscriber {
  readonly query: URLSearchParams;
  readonly path: string;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', 'http://daemon');
    this.path = url.pathname;
    this.query = url.searchParams;
    this.#response = response;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  }

  /** Whether it asked for what has happened, and no more. */
  get isDump(): boolean {
    const until = this.query.get('until');
    return this.query.has('since') && until !== null && Number(until) * 1000 < Date.now();
  }

  /** Sends one HTTP chunk, and resolves once it is on its way. */
  send(bytes: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.#response.write(bytes, () => resolve()));
  }

  /** Ends the stream as newer engines do when they shut down, or at `until`. */
  end(): void {
    this.#response.end();
  }

  /** Cuts the connection as older engines do. */
  cut(): void {
    this.#response.destroy();
  }

  /** Resolves when the client has gone. */
  async gone(): Promise<void> {
    if (!this.#response.closed) await once(this.#response, 'close');
  }
}

/**
 * A scripted Docker daemon on a unix socket, for what a real one does not do on demand. It answers `/version` and `/info`,
 * and hands each client of `/events` to the test; any answer can be replaced with {@link answer}.
 */
export class FakeDaemon {
  static readonly id = 'FAKE:DAEM:ON00';

  readonly folder: string;
  readonly socketPath: string;
  /** The URLs that were asked for, in order. */
  readonly requests: string[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #waiting: ((subscriber: Subscriber) => void)[] = [];
  readonly #subscribers: Subscriber[] = [];
  readonly #connections = new Set<Socket>();
  readonly #followers = new Set<Subscriber>();
  /** What it remembers, when it was told to. */
  #ring: string[] | undefined;
  #server: Server | undefined;

  private constructor(folder: string) {
    this.folder = folder;
    this.socketPath = join(folder, 'docker.sock');
    this.answer('/version', json(200, { Version: '20.10.24', ApiVersion: '1.41' }));
    this.answer('/info', json(200, { ID: FakeDaemon.id, Name: 'fake' }));
    this.answer('/events', (request, response) => this.#subscribe(new Subscriber(request, response)));
  }

  /** Makes a daemon and starts it. */
  static async start(): Promise<FakeDaemon> {
    const daemon = await FakeDaemon.absent();
    await daemon.listen();
    return daemon;
  }

  /** Makes a daemon that is not there yet: no socket. */
  static async absent(): Promise<FakeDaemon> {
    return new FakeDaemon(await mkdtemp(join(tmpdir(), 'docktape-daemon-')));
  }

  /** Its address. */
  get address(): string {
    return `unix://${this.socketPath}`;
  }

  /** Answers a path in its own way from now on. */
  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer);
  }

  /** How a path is answered now. */
  answerOf(path: string): Answer {
    return this.#answers.get(path) ?? json(404, { message: 'page not found' });
  }

  /** Whoever follows its events, once it remembers them ({@link publish}). */
  get followers(): readonly Subscriber[] {
    return [...this.#followers];
  }

  /** Begins to listen; after {@link leave} it is the same daemon come back. */
  async listen(): Promise<void> {
    const server = createServer(this.#handle);
    server.listen(this.socketPath);
    await this.#serve(server);
  }

  /** Begins to listen on a loopback address, with TLS when it is given, and returns `HOST:PORT`. */
  async listenOnNetwork(host: '127.0.0.1' | '::1', tls?: ServerOptions): Promise<string> {
    const server = tls ? createTlsServer(tls, this.#handle) : createServer(this.#handle);
    server.listen(0, host);
    await this.#serve(server);
    const { port } = server.address() as AddressInfo;
    return host === '::1' ? `[::1]:${port}` : `${host}:${port}`;
  }

  /**
   * Lets events happen as they do in a real one: they are sent to whoever follows, and the last 256 are remembered for whoever asks
   * with `since`. From the first call on, even without an event, clients that ask for the past alone are answered and not handed to
   * the test.
   */
  publish(...lines: string[]): void {
    this.#ring = [...(this.#ring ?? []), ...lines].slice(-256);
    for (const line of lines) for (const follower of this.#followers) void follower.send(line);
  }

  /** Lets events happen of which those who follow hear nothing, as when something in between holds them back. */
  publishUnheard(...lines: string[]): void {
    this.#ring = [...(this.#ring ?? []), ...lines].slice(-256);
  }

  /** Forgets all events, as a restart does. */
  forget(): void {
    this.#ring = [];
  }

  /** The next client of `/events` that no test has had yet. */
  subscriber(): Promise<Subscriber> {
    const known = this.#subscribers.shift();
    return known ? Promise.resolve(known) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Goes away: every connection is cut, and the socket is removed. */
  async leave(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    for (const socket of this.#connections) socket.destroy();
    server.close();
    await once(server, 'close');
    await rm(this.socketPath, { force: true });
  }

  /** Leaves, and removes its folder. */
  async remove(): Promise<void> {
    await this.leave();
    await rm(this.folder, { recursive: true, force: true });
  }

  #handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url ?? '';
    this.requests.push(url);
    this.answerOf(new URL(url, 'http://daemon').pathname)(request, response);
  };

  async #serve(server: Server): Promise<void> {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    await once(server, 'listening');
  }

  #subscribe(subscriber: Subscriber): void {
    if (this.#ring) {
      if (subscriber.query.has('since')) for (const line of this.#ring) void subscriber.send(line);
      if (subscriber.isDump) {
        subscriber.end();
        return;
      }
      this.#followers.add(subscriber);
      void subscriber.gone().then(() => this.#followers.delete(subscriber));
    }
    const waiting = this.#waiting.shift();
    if (waiting) waiting(subscriber);
    else this.#subscribers.push(subscriber);
  }
}

/** An answer in JSON. */
export function json(status: number, body: unknown): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** A line as Docker 20.10 writes one, newline included. */
export function eventLine(action: string, timeNano: bigint, attributes: Readonly<Record<string, string>> = {}): string {
  const head = JSON.stringify({
    status: action,
    id: 'c0ffee',
    from: 'busybox:1',
    Type: 'container',
    Action: action,
    Actor: { ID: 'c0ffee', Attributes: { image: 'busybox:1', name: 'cup', ...attributes } },
    scope: 'local',
  });
  return `${head.slice(0, -1)},"time":${timeNano / 1_000_000_000n},"timeNano":${timeNano}}\n`;
}
