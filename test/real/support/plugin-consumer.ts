import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { splitContext } from '#docktape/docker/enrichment/event-context.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { childrenOf, until } from '../../support/processes.js';
import { end } from './cli.js';
import { Output } from './output.js';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** Compiles plugin_consumer.c into a folder. @returns the program's path */
export function compileConsumer(folder: string): string {
  const program = join(folder, 'plugin-consumer');
  const source = join(checkout, 'test/real/support/plugin_consumer.c');
  const includes = [`-I${join(checkout, 'native')}`, `-I${join(checkout, 'bench/native')}`];
  execFileSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', ...includes, '-o', program, source, '-ldl']);
  return program;
}

/** The plugin in a process of its own, which consumes events as Falco does: plugin_consumer.c. */
export class PluginConsumer {
  readonly child: ChildProcess;
  readonly output: Output;

  /**
   * @param program what {@link compileConsumer} made
   * @param file what it consumes is appended to it, a line an event
   */
  constructor(
    program: string,
    params: string,
    private readonly file: string,
    config: Readonly<Record<string, unknown>> = {},
  ) {
    this.child = spawn(program, [libraryPath(), params, JSON.stringify(config), file], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.output = new Output(this.child);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** The source host that it has now. */
  get host(): number | undefined {
    return childrenOf(this.pid).find(({ state }) => state !== 'Z')?.pid;
  }

  /** Waits until its source is open. */
  async opened(): Promise<void> {
    await this.output.waitFor('opened');
  }

  /** The daemon's part of the payloads that it has consumed so far. */
  lines(): string[] {
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => splitContext(Buffer.from(line)).payload.toString());
  }

  /** Waits until an event that holds a text is consumed. */
  async consumed(text: string, ms = 60_000): Promise<void> {
    await until(() => readFileSync(this.file, 'utf8').includes(text), ms).catch(() => {
      const said = this.output.errors.slice(-10).map((line) => line.text);
      throw new Error(`the plugin gave no event with ${text}; it said:\n${said.join('\n')}`);
    });
  }

  /** Reloads the plugin as Falco does when a rules file is saved, and waits until it is open again. */
  async reload(): Promise<void> {
    const times = this.#opened();
    this.child.kill('SIGHUP');
    await until(() => this.#opened() > times, 30_000);
  }

  /** Ends it as Falco ends. @returns the plugin's metrics, those of the last time that it was loaded */
  async end(): Promise<Record<string, number>> {
    await end(this.child, 'SIGTERM');
    if (this.child.exitCode !== 0) throw new Error(`the plugin's host failed: ${this.output.errors.at(-1)?.text}`);
    const words = this.output.lines.at(-1)?.text.split(' ') ?? [];
    return Object.fromEntries(words.map((word) => word.split('=')).map(([name = '', value]) => [name, Number(value)]));
  }

  #opened(): number {
    return this.output.lines.filter(({ text }) => text === 'opened').length;
  }
}
