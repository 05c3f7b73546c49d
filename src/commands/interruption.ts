import { ExitCode } from './exit-codes.js';

/**
 * A signal that is aborted by the first Ctrl-C (or SIGTERM, SIGHUP), so that the work ends cleanly; a second one ends the
 * process at once, in case the clean end takes longer than somebody wants to wait.
 */
export function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(ExitCode.interrupted);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle);
  return controller.signal;
}
