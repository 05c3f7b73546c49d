import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { descriptorsOf, statusOf } from '../support/processes.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const native = fileURLToPath(new URL('../../native', import.meta.url));

/** A folder of this test file's own, removed after it. */
export const folder: string = mkdtempSync(join(tmpdir(), 'docktape-loader-'));
afterAll(() => rmSync(folder, { recursive: true }));

function compile(name: string, pattern: RegExp): string {
  const path = join(folder, name);
  const sources = readdirSync(here).filter((file) => pattern.test(file));
  const options = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', `-I${native}`, '-o', path];
  execFileSync('cc', [...options, ...sources.map((file) => join(here, file)), '-ldl', '-lpthread']);
  return path;
}

const loaderProgram = compile('loader', /^loader.*\.c$/);

/** A source host that does what its open params say; fake_host.c lists the steps. */
export const fakeHost: string = compile('fake-host', /^fake_host\.c$/);

/** What a call of the plugin returned; `error` is the last error, after a failure. */
export interface Result {
  readonly rc: 'success' | 'failure' | 'timeout' | 'eof' | 'not supported';
  readonly error: string | null;
}

export interface SourcedEvent {
  readonly number: number;
  readonly type: number;
  readonly id: number;
  readonly ts: string;
  readonly tid: string;
  readonly payload: string;
}

export interface Drained extends Result {
  readonly ms: number;
  readonly events: number;
  readonly bytes: number;
  readonly batches: number;
  readonly timeouts: number;
  readonly largestBatch: number;
}

/** A C program that behaves as Falco's loader does, with the plugin in it; loader.c lists its commands. */
export class Loader {
  readonly child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** Starts the program and loads the library. */
  static async start(env: NodeJS.ProcessEnv = process.env, program: readonly string[] = []): Promise<Loader> {
    const loader = new Loader(env, program);
    await loader.load();
    return loader;
  }

  private constructor(env: NodeJS.ProcessEnv, program: readonly string[]) {
    const [command = loaderProgram, ...args] = [...program, loaderProgram];
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.child.stdout === null) throw new Error('no pipe to the loader');
    this.#answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Sends one command and returns its answer. */
  async do<T = Result>(...words: readonly (string | number | bigint)[]): Promise<T> {
    this.child.stdin?.write(`${words.join(' ')}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the loader ended at: ${words.join(' ').slice(0, 200)}`);
    return JSON.parse(value) as T;
  }

  async load(): Promise<void> {
    const { error } = await this.do<{ error: string | null }>('load', libraryPath());
    if (error !== null) throw new Error(error);
  }

  /** A state with the fake host, and `config` beside it. */
  async init(state = 's', config: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const result = await this.do('init', state, JSON.stringify({ host: fakeHost, ...config }));
    if (result.rc !== 'success') throw new Error(`init: ${result.error}`);
  }

  /** One next_batch after another until one is no timeout. */
  async next(state: string, instance: string): Promise<Result & { ms: number; events: SourcedEvent[] }> {
    while (true) {
      const result = await this.do<Result & { ms: number; events: SourcedEvent[] }>('next', state, instance);
      if (result.rc !== 'timeout') return result;
    }
  }

  async metrics(state = 's'): Promise<Record<string, number>> {
    return (await this.do<{ metrics: Record<string, number> }>('metrics', state)).metrics;
  }

  async log(): Promise<{ severity: number; text: string }[]> {
    return (await this.do<{ lines: { severity: number; text: string }[] }>('log')).lines;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Its open descriptors, as `number → what`. */
  descriptors(): Map<string, string> {
    return descriptorsOf(this.pid);
  }

  /** A line of /proc/PID/status. */
  status(key: string): string | undefined {
    return statusOf(this.pid, key);
  }

  /** Ends the program. */
  async end(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.stdin?.end();
    await exited;
  }
}
