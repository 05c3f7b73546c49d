import { DocktapeError } from '../errors.js';
import { quoted } from '../text/quoted.js';

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const UNIX_SECONDS = /^(\d+)(?:\.(\d{1,9}))?$/;
const AGE = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

const MILLISECOND = 1_000_000n;
const SECOND = 1_000n * MILLISECOND;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
const INT64_MAX = 2n ** 63n - 1n;

/**
 * The time that a user wrote, in nanoseconds since the epoch: RFC 3339 with up to nine digits of fraction, Unix seconds
 * with up to nine decimals, or an age such as `10m`, `1h30m` or `2d`, which is counted back from `now`.
 *
 * @throws DocktapeError `USAGE`, naming the value and the forms
 */
export function parseTime(text: string, now: bigint): bigint {
  const time = parseRfc3339(text) ?? parseUnixSeconds(text) ?? parseAge(text, now);
  if (time === undefined) {
    throw new DocktapeError(
      'USAGE',
      `${quoted(text)} is not a time: write RFC 3339 (2024-05-01T12:00:00.5Z), Unix seconds (1714564800.5) or an age (10m, 1h30m, 2d)`,
    );
  }
  if (time < 0n || time > INT64_MAX) {
    throw new DocktapeError('USAGE', `${quoted(text)} is out of range: a time lies between the years 1970 and 2262`);
  }
  return time;
}

/** The nanoseconds in an age such as `1h30m`; `undefined` when `text` is none. */
export function parseDuration(text: string): bigint | undefined {
  const match = AGE.exec(text);
  if (!match) return undefined;
  const [d, h, m, s, ms] = match.slice(1).map((digits) => BigInt(digits ?? 0));
  return (d ?? 0n) * DAY + (h ?? 0n) * HOUR + (m ?? 0n) * MINUTE + (s ?? 0n) * SECOND + (ms ?? 0n) * MILLISECOND;
}

function parseAge(text: string, now: bigint): bigint | undefined {
  const age = parseDuration(text);
  return age === undefined ? undefined : now - age;
}

function parseUnixSeconds(text: string): bigint | undefined {
  const match = UNIX_SECONDS.exec(text);
  return match ? BigInt(match[1] ?? 0) * SECOND + fraction(match[2]) : undefined;
}

function parseRfc3339(text: string): bigint | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  // Unlike Date.UTC, this takes the years 0 to 99 as they are. Both carry a 31st of April over into May.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const carried =
    date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59;
  if (carried) return undefined;
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = BigInt(offsetHours) * HOUR + BigInt(offsetMinutes) * MINUTE;
  return BigInt(date.getTime()) * MILLISECOND + fraction(match[7]) - (match[8] === '-' ? -offset : offset);
}

/** Up to nine decimals as nanoseconds. */
function fraction(digits = ''): bigint {
  return BigInt(digits.padEnd(9, '0'));
}
