import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { OutputLine } from './output.js';

/** A plain HTTP client of a daemon's event stream, which shares no code with docktape: what it saw is the reference. */
export class EventClient {
  private readonly chunks: { readonly bytes: Buffer; readonly at: number }[] = [];

  private constructor(private readonly response: IncomingMessage) {
    response.on('data', (bytes: Buffer) => this.chunks.push({ bytes, at: Date.now() }));
    response.on('error', () => {}); // the daemon's end of the stream; what was read stays
  }

  /** @param socket the daemon's unix socket */
  static async connect(socket: string): Promise<EventClient> {
    const call = request({ socketPath: socket, path: '/events', agent: false });
    call.end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    return new EventClient(response);
  }

  /** The bytes so far. */
  bytes(): Buffer {
    return Buffer.concat(this.chunks.map((chunk) => chunk.bytes));
  }

  /** The whole lines so far, each with the time at which its first bytes came. */
  lines(): OutputLine[] {
    const lines: OutputLine[] = [];
    let rest = Buffer.alloc(0);
    let begun = 0;
    for (const { bytes, at } of this.chunks) {
      if (rest.length === 0) begun = at;
      rest = Buffer.concat([rest, bytes]);
      for (let newline = rest.indexOf(0x0a); newline >= 0; newline = rest.indexOf(0x0a)) {
        lines.push({ text: rest.toString('utf8', 0, newline), at: begun });
        rest = rest.subarray(newline + 1);
        begun = at;
      }
    }
    return lines;
  }

  close(): void {
    this.response.destroy();
  }
}
