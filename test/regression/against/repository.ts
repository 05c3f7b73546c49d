import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A git repository in a temporary folder, independent of the git configuration of whoever runs the tests. */
export class Repository {
  readonly path = temporaryFolder();

  constructor() {
    this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const settings = [
      'user.name=Tester',
      'user.email=tester@example.com',
      'commit.gpgsign=false',
      'core.autocrlf=false',
    ];
    return execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
      cwd: this.path,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** Writes files (path below the top → text). */
  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.path, files);
  }

  /** Commits everything, and gives the commit's hash. */
  commit(): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'A change');
    return this.git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** A new folder, named without symbolic links. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'docktape-against-')));
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Runs `work` in another working directory. */
export function inFolder<T>(folder: string, work: () => T): T {
  const home = process.cwd();
  process.chdir(folder);
  try {
    return work();
  } finally {
    process.chdir(home);
  }
}
