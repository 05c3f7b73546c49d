import { dateOf } from '../../time.js';

/** `HH:MM:SS`, with `.nnnnnnnnn` when asked, in the local time zone (TZ) as it was at that time. */
export function clockTime(time: bigint, nanoseconds: boolean): string {
  const { date, fraction } = local(time);
  return date.toISOString().slice(11, 19) + (nanoseconds ? fraction : '');
}

/** `YYYY-MM-DD HH:MM:SS`, otherwise as {@link clockTime}. */
export function dateTime(time: bigint, nanoseconds: boolean): string {
  return `${local(time).date.toISOString().slice(0, 10)} ${clockTime(time, nanoseconds)}`;
}

/** The instant as a Date whose UTC fields read as the local time. */
function local(time: bigint): { date: Date; fraction: string } {
  const { date, fraction } = dateOf(time);
  return { date: new Date(date.getTime() - date.getTimezoneOffset() * 60_000), fraction };
}
