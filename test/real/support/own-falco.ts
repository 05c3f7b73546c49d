import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, until } from '../../support/processes.js';
import { end } from './cli.js';
import { Output } from './output.js';
import { library } from './sysdig.js';

/** A plugin beside docktape's. */
export interface OtherPlugin {
  readonly name: string;
  readonly library: string;
  readonly openParams: string;
}

export interface OwnFalcoOptions {
  readonly openParams: string;
  /** The text of its one rules file. */
  readonly rules: string;
  readonly initConfig?: Readonly<Record<string, unknown>>;
  readonly other?: OtherPlugin;
  /** More of Falco's own arguments. */
  readonly args?: readonly string[];
}

export interface FalcoAlert {
  readonly rule: string;
  readonly source: string;
  readonly output_fields: Readonly<Record<string, string | number>>;
}

/** A real Falco as users run it, with a configuration file of its own and libdocker.so from the build, seen from outside. */
export class OwnFalco {
  readonly child: ChildProcess;
  readonly output: Output;
  readonly #rulesFile: string;
  readonly #temporary: string;

  /**
   * Starts the Falco that DOCKTAPE_FALCO names.
   *
   * @param folder for its files; the caller removes it
   */
  constructor(folder: string, options: OwnFalcoOptions) {
    const own = mkdtempSync(join(folder, 'falco-'));
    const config = join(own, 'falco.yaml');
    this.#rulesFile = join(own, 'rules.yaml');
    this.#temporary = join(own, 'tmp');
    mkdirSync(this.#temporary);
    writeFileSync(config, JSON.stringify(configuration(this.#rulesFile, options))); // JSON is YAML
    this.saveRules(options.rules);
    const sources = ['docker', ...(options.other ? [options.other.name] : [])];
    const args = ['-c', config, ...sources.flatMap((source) => ['--enable-source', source]), ...(options.args ?? [])];
    // One heap for all threads, so that its size tells what is kept and not which thread asked for it.
    const env = { ...process.env, TMPDIR: this.#temporary, MALLOC_ARENA_MAX: '1' };
    this.child = spawn(process.env.DOCKTAPE_FALCO ?? '', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.output = new Output(this.child);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Writes the rules file anew, as an editor does: Falco reloads itself. */
  saveRules(text: string): void {
    writeFileSync(this.#rulesFile, text);
  }

  /** How many lines of its log hold `text`. */
  said(text: string): number {
    return this.output.errors.filter((line) => line.text.includes(text)).length;
  }

  /** Waits until the plugin has opened its source, for the first time or for the `times`th. */
  async opened(times = 1): Promise<void> {
    await this.waitUntil(() => this.said('docker: opened') >= times, `opened ${times} times`);
  }

  /** The alerts so far. */
  alerts(): FalcoAlert[] {
    return this.output.lines
      .filter(({ text }) => text.startsWith('{'))
      .map(({ text }) => JSON.parse(text) as FalcoAlert);
  }

  /** The processes that it has started, ended ones that it has not reaped among them. */
  children(): number[] {
    return childrenOf(this.pid).map(({ pid }) => pid);
  }

  /** The files that it or its source host has left where temporary files go. */
  temporaryFiles(): string[] {
    return readdirSync(this.#temporary);
  }

  async waitUntil(condition: () => boolean, what: string, ms = 15_000): Promise<void> {
    await until(condition, ms).catch(() => {
      const said = this.output.errors.slice(-15).map(({ text }) => text);
      throw new Error(`Falco was not "${what}" after ${ms} ms; it said:\n${said.join('\n')}`);
    });
  }

  /** Ends it with a signal. @returns how many milliseconds that took */
  async end(signal: NodeJS.Signals): Promise<number> {
    const start = performance.now();
    await end(this.child, signal);
    return performance.now() - start;
  }
}

function configuration(rulesFile: string, { openParams, initConfig, other }: OwnFalcoOptions): object {
  const plugins = [
    { name: 'docker', library_path: library, init_config: initConfig ?? {}, open_params: openParams },
    ...(other ? [{ name: other.name, library_path: other.library, open_params: other.openParams }] : []),
  ];
  return {
    engine: { kind: 'nodriver' },
    plugins,
    load_plugins: plugins.map(({ name }) => name),
    rules_files: [rulesFile],
    watch_config_files: true,
    json_output: true,
    buffered_outputs: false,
    stdout_output: { enabled: true },
    log_stderr: true,
    log_syslog: false,
    syslog_output: { enabled: false },
    webserver: { enabled: false },
  };
}
