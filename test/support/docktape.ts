import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** A file or folder of the project. */
export function projectPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a child process, with neutral surroundings: UTC, one host name, no colours, no Docker variables. */
export class Docktape {
  stdout = '';
  stderr = '';
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exit: Promise<unknown[]>;

  /** @param cwd the working directory; the tests' own without it */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    const { DOCKER_HOST: _host, DOCKER_CONTEXT: _context, ...inherited } = process.env;
    this.#process = spawn(process.execPath, [cli, ...args], {
      env: { ...inherited, TZ: 'UTC', FALCO_HOSTNAME: 'host', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
    });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#exit = once(this.#process, 'close');
  }

  /** Waits until standard output or standard error holds a text. */
  async says(text: string): Promise<void> {
    while (!this.stdout.includes(text) && !this.stderr.includes(text)) {
      if (this.#process.exitCode !== null) throw new Error(`ended without saying '${text}':\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Stops reading what it says on standard error, as a pipe's reader that has ended. */
  closeStderr(): void {
    this.#process.stderr.destroy();
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    await this.#exit;
    return { code: this.#process.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs docktape to its end. */
export function docktape(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Ended> {
  return new Docktape(args, env, cwd).ended();
}
