/** Figures of a stream, each under its name. */
export type Figures = Readonly<Record<string, bigint | number>>;

/** The figures in one line of logfmt, in their order: `docktape: metrics: events=12 bytes=7200`. */
export function metricsLine(figures: Figures): string {
  const pairs = Object.entries(figures).map(([name, value]) => `${name}=${value}`);
  return `docktape: metrics: ${pairs.join(' ') || 'none yet'}`;
}

/**
 * Prints a line on standard error at each SIGUSR1; after `stop` the signal does nothing. Without a listener Node opens its
 * debugger at this signal, and once the last one is removed it ends the process: so call it early, and it leaves one behind.
 *
 * @param ask the line to print, such as {@link metricsLine} gives it
 */
export function onMetricsSignal(ask: () => string): { stop(): void } {
  let isStopped = false;
  process.on('SIGUSR1', () => {
    if (!isStopped) process.stderr.write(`${ask()}\n`);
  });
  return {
    stop: () => {
      isStopped = true;
    },
  };
}
