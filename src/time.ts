const SECOND = 1_000_000_000n;

/** Now, in nanoseconds since the epoch, to the millisecond that the system clock is read in. */
export function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** A time (nanoseconds since the epoch) as `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn` in UTC, and the zone's designator behind it. */
export function isoTime(time: bigint, zone: 'Z' | '+0000'): string {
  const { date, fraction } = dateOf(time);
  return `${date.toISOString().slice(0, 19)}${fraction}${zone}`;
}

/** A time as Unix seconds with all nine decimals, which is how Docker's API takes it. */
export function unixSeconds(time: bigint): string {
  return `${time / SECOND}${dateOf(time).fraction}`;
}

/** The whole seconds, and the rest as `.nnnnnnnnn`: a Date alone only has milliseconds. */
export function dateOf(time: bigint): { date: Date; fraction: string } {
  const seconds = time / SECOND;
  return { date: new Date(Number(seconds) * 1000), fraction: `.${(time % SECOND).toString().padStart(9, '0')}` };
}
