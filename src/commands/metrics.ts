/** Figures of a stream, each under its name. */
export type Figures = Readonly<Record<string, bigint | number>>;

/** The figures in one line of logfmt, in their order: `docktape: metrics: events=12 bytes=7200`. */
export function metricsLine(figures: Figures): string {
  const pairs = Object.entries(figures).map(([name, value]) => `${name}=${value}`);
  return `docktape: metrics: ${pairs.join(' ') || 'none yet'}`;
}

/**
 * Prints a line on standard error at each SIGUSR1, until `stop`. The command line keeps a listener of its own (cli.ts), without
 * which the signal would end the process from then on.
 *
 * @param ask the line to print, such as {@link metricsLine} gives it
 */
export function onMetricsSignal(ask: () => string): { stop(): void } {
  const print = () => {
    process.stderr.write(`${ask()}\n`);
  };
  process.on('SIGUSR1', print);
  return { stop: () => process.off('SIGUSR1', print) };
}
