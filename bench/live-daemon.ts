import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { LineBatch } from '#docktape/docker/line-batch.js';
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
    await writeAll(response, eventBatches(this.events));
  }
}

/** Writes lines as fast as they are read, until their reader is gone. */
export async function writeAll(response: ServerResponse, batches: Iterable<LineBatch>): Promise<void> {
  let goOn = () => {};
  response.on('drain', () => goOn()).once('close', () => goOn());
  for (const { lines } of batches) {
    const isDrained = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    if (!response.write(lines)) await isDrained;
    if (response.destroyed) return;
  }
}
