import { type ChildProcess, type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { MadeUpBundle } from './made-up-bundle.js';

const hasBusybox = spawnSync('busybox', ['true']).status === 0;

/** The shells to test with: the system's, and busybox's where it is there. */
export const shells = ['sh', ...(hasBusybox ? ['busybox sh'] : [])];

/** Where a prefix of one's own has its rules, and its plugins. */
export const rulesPath = 'etc/falco/docker_rules.yaml';
export const pluginsPath = 'share/falco/plugins';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The installer under one shell, with a prefix in a temporary folder that each test has for itself. */
export class Installer {
  folder = '';
  prefix = '';
  private readonly running: ChildProcess[] = [];

  constructor(private readonly shell: string) {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'docktape-install-'));
      chmodSync(this.folder, 0o755); // one test installs as another user
      this.prefix = join(this.folder, 'prefix');
    });
    afterEach(() => {
      for (const child of this.running.splice(0)) child.kill('SIGKILL');
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  run(script: string, args: readonly string[], options: SpawnSyncOptions = {}): Ended {
    const [program = '', ...first] = this.shell.split(' ');
    const { status, stdout, stderr, error } = spawnSync(program, [...first, script, ...args], options);
    if (error) throw error;
    return { status, stdout: String(stdout), stderr: String(stderr) };
  }

  /** Installs under the prefix and expects that to work; gives what was said. */
  install({ folder }: MadeUpBundle): string {
    const { status, stdout, stderr } = this.run(join(folder, 'install.sh'), ['--prefix', this.prefix]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  }

  /** Expects a run to fail with one line on standard error, which it gives. */
  fails(script: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
    const { status, stdout, stderr } = this.run(script, args, options);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^install\.sh: .*\n$/);
    return stderr;
  }

  /** Runs the installed copy. */
  uninstall(): Ended {
    return this.run(join(this.prefix, 'share/docktape/install.sh'), ['--uninstall']);
  }

  /** The text of an installed file. */
  read(path: string): string {
    return readFileSync(join(this.prefix, path), 'utf8');
  }

  /** A process that runs the runtime of an installed version. */
  startRuntime(version: string): Promise<ChildProcess> {
    return this.start(join(this.prefix, pluginsPath, `docktape-${version}/bin/node`), {});
  }

  /** Runs what is a `sleep` for a minute, or until the test's end. */
  async start(program: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
    const child = spawn(program, ['60'], { env: { ...process.env, ...env }, stdio: 'ignore' });
    this.running.push(child);
    await once(child, 'spawn');
    return child;
  }

  async end(child: ChildProcess): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
