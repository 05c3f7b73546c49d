import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryPath } from '#docktape/falco/library-path.js';
import type { ProcessRun } from './process-run.js';

/** Why the Falco that was given cannot be used, for the one who gave it. */
export class FalcoUnusable extends Error {}

const memoryInterval = 20; // milliseconds

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
   */
  async run(folder: string, openParams: string, rules: string): Promise<ProcessRun> {
    const config = join(folder, 'falco.yaml');
    writeFileSync(config, JSON.stringify(configuration(openParams))); // JSON is YAML
    const start = performance.now();
    const child = spawn(this.path, ['-c', config, '-r', rules, '--enable-source', 'docker']);
    let memory = 0;
    const watch = setInterval(() => {
      memory = peakMemory(child.pid) ?? memory;
    }, memoryInterval);
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => output.push(bytes));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    const seconds = (performance.now() - start) / 1000;
    clearInterval(watch);
    const text = Buffer.concat(output).toString();
    if (code !== 0 || !text.includes('Events detected: 0')) {
      throw new Error(`${this.path} ended with ${code}, or a rule matched:\n${text}`);
    }
    return { seconds, memory };
  }
}

function configuration(openParams: string): object {
  return {
    engine: { kind: 'nodriver' },
    plugins: [{ name: 'docker', library_path: libraryPath(), open_params: openParams }],
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

/** The peak resident set of a process in MB; undefined when it is gone. */
function peakMemory(pid: number | undefined): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
