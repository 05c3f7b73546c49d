import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { GUARD } from './guard.js';

/** How long Falco may take to end once it is asked to, in milliseconds. */
const GRACE = 5000;

/** How long what still holds the ends of its pipes may do so once Falco has ended, in milliseconds. */
const PIPE_GRACE = 2000;

export interface ProcessInput {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Removed should docktape be killed. */
  readonly folder: string;
}

/** How a process ended: one of both is null. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A running Falco. It is a session of its own, so that the terminal's Ctrl-C is docktape's to pass on, and is killed when
 * docktape is gone (see {@link GUARD}).
 */
export class FalcoProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves once it has ended and all of its output was read; rejects when it could not be started. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #killTimer: NodeJS.Timeout | undefined;
  #paused = false;

  constructor({ program, args, env, folder }: ProcessInput) {
    const child = spawn('/bin/sh', ['-c', GUARD, 'sh', folder, program, ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.stdout = child.stdout as Readable;
    this.stderr = child.stderr as Readable;
    const guard = child.stdio[3] as Writable;
    guard.on('error', () => {}); // the guard has ended before it was told to
    this.ended = new Promise((resolve, reject) => {
      child.on('error', (error) => {
        this.#destroyPipes();
        reject(error);
      });
      child.on('exit', () => {
        clearTimeout(this.#killTimer);
        guard.end('over\n');
        setTimeout(() => this.#destroyPipes(), PIPE_GRACE).unref();
      });
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    this.ended.catch(() => {}); // who waits for it hears of it
  }

  /** Asks Falco to end, and kills it if it does not in time. More than once is fine. */
  interrupt(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (this.#killTimer || pid === undefined || exitCode !== null || signalCode !== null) return;
    this.#killTimer = setTimeout(() => this.kill(), GRACE);
    this.#child.kill('SIGINT');
    this.resume();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Stops Falco where it is, until {@link resume}. */
  pause(): void {
    if (this.#killTimer || this.#paused) return;
    this.#paused = this.#child.kill('SIGSTOP');
  }

  resume(): void {
    if (this.#paused) this.#child.kill('SIGCONT');
    this.#paused = false;
  }

  get paused(): boolean {
    return this.#paused;
  }

  #destroyPipes(): void {
    for (const stream of this.#child.stdio) stream?.destroy();
  }
}
