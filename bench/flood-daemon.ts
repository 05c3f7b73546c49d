import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { containersOf, passingBatches } from './events.js';
import { inspectAnswer } from './inspect-answer.js';
import { writeAll } from './live-daemon.js';

/** Containers that a flood is about. */
export const floodContainers = 1_000;

/**
 * A daemon that tells its first reader once of each of its containers, waits until it has been asked about all of them, if that is to
 * be, and then writes as fast as it is read.
 */
export class FloodDaemon {
  readonly #server: Server;
  readonly #containers = containersOf(floodContainers);
  readonly #answers = new Map(this.#containers.map((container) => [container.id, inspectAnswer(container)]));
  readonly #asked = new Set<string>();
  #known!: () => void;
  readonly #allKnown = new Promise<void>((resolve) => {
    this.#known = resolve;
  });

  private constructor(
    /** The open params that name it. */
    readonly params: string,
    private readonly events: number,
    private readonly isAsked: boolean,
  ) {
    this.#server = createServer(({ url = '' }, response) => {
      const [, kind = '', id = ''] = url.split('/');
      if (kind.startsWith('events')) this.#stream(response);
      else if (kind === 'containers' && this.#answers.has(id)) this.#inspect(response, id);
      else answer(response, '{"Version":"20.10.24","ID":"BENCH","Name":"bench"}');
    });
  }

  /**
   * Starts it in a folder.
   *
   * @param events how many follow those that tell of each container
   * @param isAsked whether its reader asks about containers
   */
  static async start(folder: string, events: number, isAsked: boolean): Promise<FloodDaemon> {
    const socket = join(folder, 'flood.sock');
    const daemon = new FloodDaemon(`unix://${socket}`, events, isAsked);
    daemon.#server.listen(socket);
    await once(daemon.#server, 'listening');
    return daemon;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #inspect(response: ServerResponse, id: string): void {
    answer(response, this.#answers.get(id) ?? '');
    this.#asked.add(id);
    if (this.#asked.size === floodContainers) response.once('close', this.#known);
  }

  /** The stream stays open after the last event, as a daemon's does. */
  async #stream(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    await writeAll(response, passingBatches(this.#containers, 0, floodContainers));
    if (this.isAsked) await this.#allKnown;
    await writeAll(response, passingBatches(this.#containers, floodContainers, this.events));
  }
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}
