import { execFile, execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { libraryPath } from '#docktape/falco/library-path.js';
import type { Falco } from './falco.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What rows measure with. What several rows need is made once. */
export class Bench {
  readonly #made = new Map<unknown, unknown>();

  constructor(
    /** How many events the streams have. */
    readonly events: number,
    /** Where files may be made. */
    readonly folder: string,
    /** What the embedded engine is compared with, where there is one. */
    readonly falco?: Falco,
  ) {}

  /** What `make` gives, made once. */
  once<T>(make: (bench: Bench) => T): T {
    if (!this.#made.has(make)) this.#made.set(make, make(this));
    return this.#made.get(make) as T;
  }

  /**
   * Runs a program of bench/native with the plugin library and `args`, compiled when it is first needed.
   *
   * @returns the JSON that it printed
   */
  runNative(program: string, args: readonly string[], library?: string): Promise<Record<string, unknown>> {
    return this.startNative(program, args, library).output;
  }

  /** Like {@link runNative}, for who looks at the process while it runs. */
  startNative(program: string, args: readonly string[], library = libraryPath()): NativeRun {
    const running = promisify(execFile)(this.compiled(program), [library, ...args]);
    const output = running.then(({ stdout }) => JSON.parse(stdout) as Record<string, unknown>);
    return { pid: running.child.pid, output };
  }

  /** The path of a program of bench/native, or with the options for it of a library. */
  compiled(program: string, options: readonly string[] = []): string {
    const known = this.#made.get(program);
    if (typeof known === 'string') return known;
    const path = join(this.folder, program);
    const source = join(root, 'bench/native', `${program}.c`);
    const all = ['-std=gnu11', '-O2', '-Wall', '-Wextra', `-I${join(root, 'native')}`, ...options, '-o', path, source];
    execFileSync('cc', [...all, '-ldl']);
    this.#made.set(program, path);
    return path;
  }
}

/** A program of bench/native that runs. */
export interface NativeRun {
  readonly pid: number | undefined;
  /** The JSON that it prints. */
  readonly output: Promise<Record<string, unknown>>;
}

/** The machine as it was before the first row: what else it had to do slows every row down. */
export interface Machine {
  readonly node: string;
  readonly cpus: number;
  /** Of the last minute. */
  readonly loadAverage: number;
}

export function machine(): Machine {
  return { node: process.version, cpus: availableParallelism(), loadAverage: loadavg()[0] ?? 0 };
}

/** The middle one of several measurements, the first of which, for warming up, does not count. */
export async function median(measure: () => Promise<number>, rounds = 3): Promise<number> {
  await measure();
  const values: number[] = [];
  while (values.length < rounds) values.push(await measure());
  return middle(values);
}

/** The middle one of an odd number of values. */
export function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** How many events a second `work` does; it tells how many it did. */
export async function rate(work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const events = await work();
  return events / ((performance.now() - start) / 1000);
}
