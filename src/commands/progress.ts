import { SingleBar } from 'cli-progress';

/** How often plain lines appear where there is no terminal, in milliseconds. */
const plainInterval = 10_000;

/**
 * Shows how long work gets on, on standard error: one line that is rewritten in place on a terminal, a plain line every
 * ten seconds elsewhere. `describe` is asked for the line's text each time.
 */
export function showProgress(describe: () => string): { stop(): void } {
  return process.stderr.isTTY ? onTerminal(describe) : asLines(describe);
}

function onTerminal(describe: () => string): { stop(): void } {
  // Signals stay ours: Ctrl-C is a clean end of the work, not of the line.
  const bar = new SingleBar({
    format: '{text}',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
    emptyOnZero: true,
  });
  bar.start(1, 0, { text: describe() });
  const timer = setInterval(() => bar.update(0, { text: describe() }), 200);
  return {
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}

function asLines(describe: () => string): { stop(): void } {
  const timer = setInterval(() => process.stderr.write(`${describe()}\n`), plainInterval);
  return { stop: () => clearInterval(timer) };
}
