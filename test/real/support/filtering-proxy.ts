import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Allows } from '../../packaging/support/allow-lists.js';

/** What a client asked, as it stood in its request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

/** A proxy on a unix socket before a daemon's: passes on what an allow-list lets through, and answers 403 to the rest. */
export class FilteringProxy {
  readonly asked: Asked[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'docktape-proxy-'));
  readonly socket = join(this.folder, 'docker.sock');
  readonly #server = createServer((asked, answer) => this.#serve(asked, answer));

  /**
   * @param daemon the daemon's socket
   * @param allows which requests it lets through
   */
  constructor(
    private readonly daemon: string,
    private readonly allows: Allows,
  ) {}

  /** The open params that name this proxy. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** What was asked for, each once: method and path without the query. */
  get kinds(): string[] {
    return [...new Set(this.asked.map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '')}`))].sort();
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.socket, resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #serve(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = '', url: path = '', headers } = asked;
    this.asked.push({ method, path });
    if (!this.allows(method, path)) {
      answer.writeHead(403).end('Forbidden\n');
      return;
    }
    const onward = request({ socketPath: this.daemon, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      response.pipe(answer);
      response.on('error', () => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }
}
