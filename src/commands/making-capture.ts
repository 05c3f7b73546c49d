import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { showProgress } from './progress.js';

/**
 * Runs work that makes the capture at `path`, with its progress on standard error. Ctrl-C ends it; nothing is given back
 * then, and the exit code is set.
 *
 * @param work tells its progress, as a function: the text is made only when it is shown, which is seldom
 */
export async function makingCapture<T>(
  path: string,
  isQuiet: boolean,
  work: (signal: AbortSignal, describe: (text: () => string) => void) => Promise<T>,
): Promise<T | undefined> {
  const signal = onInterrupt();
  let text = () => 'reading';
  const progress = isQuiet ? undefined : showProgress(() => `${path}: ${text()}`);
  try {
    return await work(signal, (now) => {
      text = now;
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write(`docktape: interrupted, ${path} is not written\n`);
    process.exitCode = ExitCode.interrupted;
    return undefined;
  } finally {
    progress?.stop();
  }
}
