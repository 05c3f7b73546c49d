import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { FrameKind, HEADER_BYTES } from '#docktape/source/frames.js';

export interface Frame {
  readonly kind: number;
  readonly count: number;
  readonly body: Buffer;
}

/** Puts frames together again from chunks that are cut anywhere. */
export class FrameDecoder {
  #bytes = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: Frame[] = [];
    while (this.#bytes.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#bytes.readUInt32LE(0);
      if (this.#bytes.length < end) break;
      const body = this.#bytes.subarray(HEADER_BYTES, end);
      frames.push({ kind: this.#bytes.readUInt32LE(4), count: this.#bytes.readUInt32LE(8), body });
      this.#bytes = this.#bytes.subarray(end);
    }
    return frames;
  }

  /** Bytes of a frame that has begun but not ended. */
  get pending(): number {
    return this.#bytes.length;
  }
}

/** The events of a frame: time and payload of each. */
export function eventsOf({ body }: Frame): { ts: bigint; payload: string }[] {
  const lines = body.toString().split('\n');
  if (lines.pop() !== '') throw new Error('the last line of a frame has no newline');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    return { ts: BigInt(line.slice(0, space)), payload: line.slice(space + 1) };
  });
}

/** A source host as a child process, with the test in the place of the plugin. */
export class HostProcess {
  readonly child: ChildProcess;
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  stderr = '';
  readonly #decoder = new FrameDecoder();
  readonly #exit: Promise<unknown[]>;
  #watchers: (() => void)[] = [];

  /** Starts the built host; `env` is its whole environment beside PATH. */
  constructor(env: Readonly<Record<string, string>> = {}, nodeArguments: readonly string[] = []) {
    const main = fileURLToPath(import.meta.resolve('#docktape/source/main.js'));
    this.child = spawn(process.execPath, [...nodeArguments, main], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    this.socket = this.child.stdio[3] as Socket;
    // A host that is gone while it is written to is what some tests are about.
    this.socket.on('error', () => {});
    this.#exit = once(this.child, 'exit');
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.resume();
  }

  /** Sends the request. */
  ask(params: string, others: Readonly<Record<string, unknown>> = {}): this {
    const defaults = { version: 1, daemon: 'retry', queueBytes: 16 << 20, logLevel: 'debug', skip: 0 };
    this.socket.write(`${JSON.stringify({ ...defaults, params, ...others })}\n`);
    return this;
  }

  /** Stops reading, as a slow plugin does. */
  pause(): void {
    this.socket.off('data', this.#onData);
    this.socket.pause();
  }

  resume(): void {
    this.socket.on('data', this.#onData);
    this.socket.resume();
  }

  /** All events so far. */
  get events(): { ts: bigint; payload: string }[] {
    return this.frames.filter(({ kind }) => kind === FrameKind.events).flatMap(eventsOf);
  }

  /** The bodies of all frames of a kind so far, as text. */
  texts(kind: number): string[] {
    return this.frames.filter((frame) => frame.kind === kind).map(({ body }) => body.toString());
  }

  /** Resolves once `condition` holds; the test's own time limit bounds it. */
  async until(condition: (host: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** Resolves with the exit code, or the signal's name. */
  async exit(): Promise<unknown> {
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }

  /** Lets the host go, as `close` of the plugin does, and waits for its end. */
  async close(): Promise<unknown> {
    this.socket.destroy();
    return await this.exit();
  }

  #onData = (chunk: Buffer): void => {
    this.frames.push(...this.#decoder.push(chunk));
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  };
}
