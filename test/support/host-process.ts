import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { FrameKind } from '#docktape/source/frames.js';
import { eventsIn, eventsOf, type Frame, FrameDecoder } from './frames.js';

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
    const defaults = {
      version: 2,
      daemon: 'retry',
      queueBytes: 16 << 20,
      logLevel: 'debug',
      skip: 0,
      now: Date.now(),
      enrichTimeout: null,
      resume: null,
    };
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

  /** All events so far, docktape's own in their places among them. */
  get events(): { ts: bigint; payload: string }[] {
    return eventsIn(this.frames);
  }

  /** The events so far that docktape itself put into the stream. */
  get ownEvents(): { Action: string; Actor: { ID: string; Attributes: Record<string, string> } }[] {
    const frames = this.frames.filter(({ kind }) => kind === FrameKind.own);
    return frames.flatMap(eventsOf).map(({ payload }) => JSON.parse(payload));
  }

  /** The newest figures; none were told yet when it is undefined. */
  get stats(): Record<string, number> | undefined {
    const text = this.texts(FrameKind.stats).at(-1);
    return text === undefined ? undefined : JSON.parse(text);
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
