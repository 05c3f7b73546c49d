import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestReport } from './report.js';

/** What tells a case from all others: its suite's file and its name. */
function keyOf(suite: string, name: string): string {
  return `${resolve(suite)}\n${name}`;
}

/**
 * The cases that failed in the last run that was started in this working directory, kept in the user's cache folder: nothing is
 * written beside the suites.
 */
export class LastFailures {
  private constructor(private readonly keys: ReadonlySet<string>) {}

  /** What the last run left; nothing when there was none, or when it cannot be read. */
  static load(): LastFailures {
    try {
      return new LastFailures(new Set(JSON.parse(readFileSync(stateFile(), 'utf8')) as string[]));
    } catch {
      return new LastFailures(new Set());
    }
  }

  has(suite: string, name: string): boolean {
    return this.keys.has(keyOf(suite, name));
  }

  /** These failures with what a run found: the cases that it did not run stay as they were. */
  after(report: TestReport): LastFailures {
    const keys = new Set(this.keys);
    for (const { suite, name, status } of report.suites.flatMap(({ cases }) => cases)) {
      if (status === 'failed') keys.add(keyOf(suite, name));
      else keys.delete(keyOf(suite, name));
    }
    return new LastFailures(keys);
  }

  /** Keeps them for the next run. A cache that cannot be written is no reason for a run to fail. */
  save(): void {
    try {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(stateFile(), JSON.stringify([...this.keys]));
    } catch {
      // The next --rerun-failed runs every case, and says so.
    }
  }
}

function folder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'docktape');
}

function stateFile(): string {
  const here = createHash('sha256').update(process.cwd()).digest('hex').slice(0, 16);
  return join(folder(), `last-failures-${here}.json`);
}
