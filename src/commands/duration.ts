import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../source/time.js';

/** The longest wait a timer of Node takes, in milliseconds: 24.8 days. */
const longestTimer = 2 ** 31 - 1;

/** A length of time on the command line, such as `90s`, `10m` or `1h30m`, in milliseconds. */
export function durationOption(text: string): number {
  const length = parseDuration(text);
  if (length === undefined || length === 0n) {
    throw new InvalidArgumentError('A length of time such as 90s, 10m or 1h30m is wanted.');
  }
  const ms = Number(length / 1_000_000n);
  if (ms > longestTimer) throw new InvalidArgumentError('At most 24 days can be asked for.');
  return ms;
}

/** A whole number of at least 1 on the command line. */
export function countOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('A whole number of at least 1 is wanted.');
  }
  return count;
}
