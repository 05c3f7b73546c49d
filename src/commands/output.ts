import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { ExitCode } from './exit-codes.js';

/**
 * Ends quietly when the reader of standard output goes away, as in `docktape show night.db | head`: that is how such a
 * pipeline is meant to end, so the exit code says success.
 */
export function endQuietlyOnClosedPipe(stream: Writable = process.stdout): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(ExitCode.ok);
    writeSync(2, `docktape: cannot write the output: ${error.message}\n`);
    process.exit(ExitCode.failure);
  });
}

/** Lines on their way to standard output, joined into larger writes; waits when the reader is slower than we are. */
export class LineOutput {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly stream: Writable = process.stdout) {}

  /** Adds one line; the newline is added here. */
  line(text: string | Buffer): void {
    const part = typeof text === 'string' ? Buffer.from(text) : text;
    this.parts.push(part, newline);
    this.bytes += part.length + 1;
  }

  /** Hands everything to the stream. Await it between batches, so that memory stays bounded. */
  async flush(): Promise<void> {
    if (this.bytes === 0) return;
    const chunk = Buffer.concat(this.parts, this.bytes);
    this.parts = [];
    this.bytes = 0;
    if (!this.stream.write(chunk)) await once(this.stream, 'drain');
  }
}

const newline = Buffer.from('\n');
