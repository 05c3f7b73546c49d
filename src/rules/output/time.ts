const SECOND = 1_000_000_000n;

/** `HH:MM:SS`, with `.nnnnnnnnn` when asked, in the local time zone (TZ) as it was at that time. */
export function clockTime(time: bigint, nanoseconds: boolean): string {
  const { date, fraction } = local(time);
  return date.toISOString().slice(11, 19) + (nanoseconds ? fraction : '');
}

/** `YYYY-MM-DD HH:MM:SS`, otherwise as {@link clockTime}. */
export function dateTime(time: bigint, nanoseconds: boolean): string {
  return `${local(time).date.toISOString().slice(0, 10)} ${clockTime(time, nanoseconds)}`;
}

/** `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn` in UTC and the zone's designator behind it. */
export function isoTime(time: bigint, zone: 'Z' | '+0000'): string {
  const { date, fraction } = split(time);
  return `${date.toISOString().slice(0, 19)}${fraction}${zone}`;
}

/** The instant as a Date whose UTC fields read as the local time. */
function local(time: bigint): { date: Date; fraction: string } {
  const { date, fraction } = split(time);
  return { date: new Date(date.getTime() - date.getTimezoneOffset() * 60_000), fraction };
}

/** The whole seconds, and the rest as `.nnnnnnnnn`: a Date alone only has milliseconds. */
function split(time: bigint): { date: Date; fraction: string } {
  const seconds = time / SECOND;
  return { date: new Date(Number(seconds) * 1000), fraction: `.${(time % SECOND).toString().padStart(9, '0')}` };
}
