import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { eventBatches } from './events.js';

/** A daemon that has so many events for its first reader, and writes them as fast as they are read. */
export class LiveDaemon {
  readonly #server: Server;

  private constructor(
    /** The open params that name it. */
    readonly params: string,
    private readonly events: number,
  ) {
    this.#server = createServer(({ url = '' }, response) => {
      if (url.startsWith('/events')) this.#stream(response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"Version":"20.10.24","ID":"BENCH"}');
    });
  }

  /** Starts it in a folder. */
  static async start(folder: string, events: number): Promise<LiveDaemon> {
    const socket = join(folder, 'live.sock');
    const daemon = new LiveDaemon(`unix://${socket}`, events);
    daemon.#server.listen(socket);
    await once(daemon.#server, 'listening');
    return daemon;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The stream stays open after the last event, as a daemon's does. */
  async #stream(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const { lines } of eventBatches(this.events)) {
      if (!response.write(lines)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      if (response.destroyed) return;
    }
  }
}
