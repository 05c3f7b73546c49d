/** How the command line ends. `replay` and `live` end with `ok` whether or not rules fired. */
export const ExitCode = {
  /** As expected. */
  ok: 0,
  /** Expectations were not met. */
  unmet: 1,
  /** Wrong use, bad input, or failure. */
  failure: 2,
  /** Ended by Ctrl-C before the work was done: 128 + SIGINT, as shells say it. */
  interrupted: 130,
} as const;
