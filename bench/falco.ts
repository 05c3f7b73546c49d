import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryPath } from '#docktape/falco/library-path.js';
import { MemoryWatch } from './memory.js';
import type { ProcessRun } from './process-run.js';

/** Why the Falco that was given cannot be used, for the one who gave it. */
export class FalcoUnusable extends Error {}

/** A real Falco that evaluates captures through libdocker.so. */
export class Falco {
  private constructor(
    private readonly path: string,
    readonly version: string,
  ) {}

  /** @throws FalcoUnusable when there is no Falco at that path */
  static at(path: string): Falco {
    const { stdout, error } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    const version = /^Falco version: (\S+)/m.exec(stdout ?? '')?.[1];
    if (version !== undefined) return new Falco(path, version);
    const reason = error ? error.message : 'it says no version of Falco';
    throw new FalcoUnusable(`DOCKTAPE_FALCO=${path} cannot be used (${reason}): set it to the path of a falco program`);
  }

  /**
   * Runs it from its start to its end.
   *
   * @param folder for its configuration
   * @param openParams what the plugin is to open
   * @param rules the path of a rules file of which no rule matches
   * @param library the plugin's
   */
  async run(folder: string, openParams: string, rules: string, library = libraryPath()): Promise<ProcessRun> {
    const config = join(folder, 'falco.yaml');
    writeFileSync(config, JSON.stringify(configuration(openParams, library))); // JSON is YAML
    const start = performance.now();
    const child = spawn(this.path, ['-c', config, '-r', rules, '--enable-source', 'docker']);
    const watch = new MemoryWatch(() => child.pid);
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => output.push(bytes));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const seconds = (performance.now() - start) / 1000;
    const memory = watch.end();
    const text = Buffer.concat(output).toString();
    if (code !== 0 || !text.includes('Events detected: 0')) {
      throw new Error(`${this.path} ended with ${code}, or a rule matched:\n${text}`);
    }
    return { seconds, memory };
  }
}

function configuration(openParams: string, library: string): object {
  return {
    engine: { kind: 'nodriver' },
    plugins: [{ name: 'docker', library_path: library, open_params: openParams }],
    load_plugins: ['docker'],
    rules_files: [],
    watch_config_files: false,
    priority: 'debug',
    rule_matching: 'first',
    json_output: true,
    stdout_output: { enabled: true },
    log_stderr: true,
    log_syslog: false,
    syslog_output: { enabled: false },
    webserver: { enabled: false },
    metrics: { enabled: false },
  };
}
