import { setTimeout as sleep } from 'node:timers/promises';
import { type FSWatcher, watch } from 'chokidar';
import { DocktapeError } from '../../errors.js';
import type { Suite } from '../../regression/suite.js';
import { ExitCode } from '../exit-codes.js';

/** How long the files must be left alone before the suites run again, in milliseconds: editors save in several steps. */
const SETTLE = 100;

/**
 * Runs `work` now and again whenever a file that it is about changes, until the signal. A suite or rules file that is broken
 * for the moment is told and waited for.
 *
 * @param read the suites as they are now
 * @param run runs them to an exit code
 * @returns the exit code of the last run
 */
export async function watchTests(
  roots: readonly string[],
  read: () => Suite[],
  run: (suites: readonly Suite[]) => Promise<number>,
  signal: AbortSignal,
): Promise<number> {
  const watcher = watch([...roots], { ignored: /(^|\/)(node_modules|\.[^./][^/]*)(\/|$)/, ignoreInitial: true });
  const changes = new Changes(watcher);
  let code: number = ExitCode.ok;
  try {
    while (!signal.aborted) {
      changes.forget();
      code = await attempt(async () => {
        const suites = read();
        watcher.add(suites.flatMap(filesOf));
        return run(suites);
      });
      if (signal.aborted) break;
      process.stderr.write('docktape: waiting for a change; Ctrl-C ends\n');
      await changes.next(signal);
    }
  } finally {
    await watcher.close();
  }
  return code;
}

/** What a suite is made of, besides itself. */
function filesOf({ path, rules, cases }: Suite): string[] {
  const captures = cases.flatMap(({ streams }) =>
    streams.flatMap((stream) => (stream.kind === 'capture' ? [stream.path] : [])),
  );
  const goldens = cases.flatMap(({ expectation }) => (expectation.kind === 'golden' ? [expectation.path] : []));
  return [path, ...rules, ...captures, ...goldens];
}

async function attempt(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    process.stderr.write(`docktape: ${error.details}\n`);
    return ExitCode.failure;
  }
}

/** Whether files changed, also while nobody waited for it. */
class Changes {
  private seen = false;
  private wake = () => {};

  constructor(watcher: FSWatcher) {
    watcher.on('all', () => {
      this.seen = true;
      this.wake();
    });
  }

  forget(): void {
    this.seen = false;
  }

  /** Waits for a change since the last {@link forget}, and until the files are left alone; or for the signal. */
  async next(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (this.seen || signal.aborted) resolve();
    });
    while (this.seen && !signal.aborted) {
      this.seen = false;
      await sleep(SETTLE);
    }
  }
}
