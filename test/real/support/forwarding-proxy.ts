import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Allows } from '../../packaging/support/allow-lists.js';
import type { OutputLine } from './output.js';

/** What a client asked, as it stood in its request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

/**
 * What becomes of a request: nothing, an answer of the proxy's own, or what the daemon says to it, whenever it is passed on.
 *
 * @param pass passes the request on, and the answer back
 */
export type Forward = (asked: Asked, answer: ServerResponse, pass: () => void) => void;

/** Passes on what an allow-list lets through, and answers 403 to the rest. */
export function allowing(allows: Allows): Forward {
  return ({ method, path }, answer, pass) => {
    if (allows(method, path)) pass();
    else answer.writeHead(403).end('Forbidden\n');
  };
}

/** What asks for one container or exec. */
export const INSPECTION = /^\/(containers|exec)\/[0-9a-f]{64}\/json$/;

/** A proxy on a unix socket before a daemon's. */
export class ForwardingProxy {
  readonly asked: Asked[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'docktape-proxy-'));
  readonly socket = join(this.folder, 'docker.sock');
  readonly #events: OutputLine[] = [];
  readonly #server = createServer((asked, answer) => this.#serve(asked, answer));

  /** @param daemon the daemon's socket */
  constructor(
    private readonly daemon: string,
    private readonly forward: Forward,
  ) {}

  /** The open params that name this proxy. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** What was asked for, each once: method and path without the query, `ID` for an ID. */
  get kinds(): string[] {
    const kinds = this.asked.map(({ method, path }) => `${method} ${path}`.replace(/\?.*$/, ''));
    return [...new Set(kinds.map((kind) => kind.replace(/\/[0-9a-f]{64}\//, '/ID/')))].sort();
  }

  /** The events that were passed on, and when the last bytes of each were. */
  get events(): readonly OutputLine[] {
    return this.#events;
  }

  /** How often somebody asked for what {@link kinds} has as this. */
  count(kind: string): number {
    return this.asked.filter(({ method, path }) => `${method} ${path.replace(/\/[0-9a-f]{64}\//, '/ID/')}` === kind)
      .length;
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
    const { method = '', url: path = '' } = asked;
    this.asked.push({ method, path });
    this.forward({ method, path }, answer, () => this.#pass(asked, answer));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = '', url: path = '', headers } = asked;
    if (answer.destroyed) return;
    const onward = request({ socketPath: this.daemon, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      answer.flushHeaders();
      if (path.startsWith('/events')) this.#note(response);
      response.pipe(answer);
      response.on('error', () => answer.destroy());
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }

  #note(stream: IncomingMessage): void {
    let rest = Buffer.alloc(0);
    stream.on('data', (bytes: Buffer) => {
      const at = Date.now();
      rest = Buffer.concat([rest, bytes]);
      for (let newline = rest.indexOf(0x0a); newline >= 0; newline = rest.indexOf(0x0a)) {
        this.#events.push({ text: rest.toString('utf8', 0, newline), at });
        rest = rest.subarray(newline + 1);
      }
    });
  }
}
