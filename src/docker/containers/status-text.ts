const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/**
 * The texts for which `units.HumanDuration` (github.com/docker/go-units, used by Docker and Podman) has no number, each with
 * a time that is longer than what it stands for.
 */
const WORDS: Readonly<Record<string, bigint>> = {
  'Less than a second': SECOND,
  'About a minute': 2n * MINUTE,
  'About an hour': 2n * HOUR,
};

/** Its units. It cuts to whole ones, but rounds hours, so that "2 hours" is less than 2.5 of them. */
const UNITS: Readonly<Record<string, bigint>> = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: 24n * HOUR,
  week: 7n * 24n * HOUR,
  month: 30n * 24n * HOUR,
  year: 365n * 24n * HOUR,
};

/**
 * How long, at most, a container has been up (nanoseconds) by its `Status` in `/containers/json`: `Up 5 minutes`,
 * `Up About an hour (healthy)`, `Up 3 seconds (Paused)`. `undefined` when it does not say.
 */
export function longestUptime(status: string): bigint | undefined {
  const [, duration = '', count, unit = ''] =
    /^Up ((\d{1,6}) ([a-z]+?)s?|[A-Z][a-z ]+?)(?: \(.*\))?$/.exec(status) ?? [];
  if (count === undefined) return Object.hasOwn(WORDS, duration) ? WORDS[duration] : undefined;
  const length = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  return length === undefined ? undefined : (BigInt(count) + 1n) * length;
}

/** The exit code in the `Status` of a container that has died: `Exited (137) 2 hours ago`, `Restarting (1) 5 seconds ago`. */
export function exitCodeIn(status: string): number | undefined {
  const code = /^(?:Exited|Restarting) \((-?\d{1,10})\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}
