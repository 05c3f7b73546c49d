import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventsRequest, FaultyConnection } from './faulty-connection.js';

/**
 * What becomes of a client that connects: `open` passes it on to the daemon, `closing` ends it at once, `unavailable`
 * answers 503 as a proxy whose daemon is away, `silent` never answers, and `absent` has no socket to connect to.
 */
export type Door = 'open' | 'closing' | 'unavailable' | 'silent' | 'absent';

const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** A proxy before a daemon's socket that passes bytes on and can do with them what networks and restarts do. */
export class FaultyProxy {
  readonly folder = mkdtempSync(join(tmpdir(), 'docktape-faults-'));
  readonly socket = join(this.folder, 'docker.sock');
  /** The requests for events that were passed on, by the kind of socket that they came in by. */
  readonly requests: Readonly<Record<'unix' | 'tcp', EventsRequest[]>> = { unix: [], tcp: [] };
  readonly #connections = new Set<FaultyConnection>();
  /** Clients that no connection to the daemon belongs to. */
  readonly #turnedAway = new Set<Socket>();
  #unix: Server | undefined;
  #tcp: Server | undefined;
  #port = 0;
  #door: Door = 'open';

  /** @param daemon the daemon's socket */
  constructor(private readonly daemon: string) {}

  /** Begins to listen, on a unix socket and on a loopback address. */
  start(): Promise<void> {
    return this.#listen();
  }

  async stop(): Promise<void> {
    this.#leave();
    for (const connection of this.#connections) connection.cut();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The open params that name the unix socket. */
  get unix(): string {
    return `unix://${this.socket}`;
  }

  /** The open params that name the loopback address. */
  get tcp(): string {
    return `tcp://127.0.0.1:${this.#port}`;
  }

  /** What is connected to the daemon now, but for what is stalled: that is the client's to end. */
  get connections(): FaultyConnection[] {
    return [...this.#connections].filter(({ isStalled }) => !isStalled);
  }

  /** The connections in which events flow now. */
  get streams(): FaultyConnection[] {
    return this.connections.filter((connection) => connection.isStream);
  }

  /** Decides what becomes of clients from now on; those that are connected to the daemon stay so. */
  async setDoor(door: Door): Promise<void> {
    if (door === this.#door) return;
    const before = this.#door;
    this.#door = door;
    if (door === 'absent') this.#leave();
    else if (before === 'absent') await this.#listen();
    for (const client of this.#turnedAway) client.destroy();
  }

  async #listen(): Promise<void> {
    this.#unix = createServer((client) => this.#serve(client, 'unix')).listen(this.socket);
    this.#tcp = createServer((client) => this.#serve(client, 'tcp')).listen(this.#port, '127.0.0.1');
    await Promise.all([once(this.#unix, 'listening'), once(this.#tcp, 'listening')]);
    this.#port = (this.#tcp.address() as AddressInfo).port;
  }

  /** No socket to connect to is left; a unix socket's file goes with its server. */
  #leave(): void {
    // A server's end waits for its clients, but it does not listen any more at once.
    this.#unix?.close();
    this.#tcp?.close();
    for (const client of this.#turnedAway) client.destroy();
  }

  #serve(client: Socket, kind: 'unix' | 'tcp'): void {
    if (this.#door === 'open') {
      const connection = new FaultyConnection(client, this.daemon, {
        onEvents: (request) => this.requests[kind].push(request),
        onClose: () => this.#connections.delete(connection),
      });
      this.#connections.add(connection);
      return;
    }
    this.#turnedAway.add(client);
    client.on('close', () => this.#turnedAway.delete(client));
    client.on('error', () => {});
    client.resume();
    if (this.#door === 'unavailable') client.end(UNAVAILABLE);
    if (this.#door === 'closing') client.destroy();
  }
}
