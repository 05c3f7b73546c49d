import { type Command, InvalidArgumentError } from 'commander';
import type { Selection } from '../capture/selection.js';
import { messageOf } from '../errors.js';
import { parseTime } from '../source/time.js';

/** The options that select events of a capture. Times are nanoseconds since the epoch. */
export interface SelectionOptions {
  readonly since?: bigint;
  readonly until?: bigint;
  readonly session?: number | 'last';
}

/** Adds `--since`, `--until` and `--session` to a command. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('--since <time>', 'from this time on: RFC 3339, Unix seconds, or an age such as 10m', timeOption)
    .option('--until <time>', 'up to this time, inclusive', timeOption)
    .option('--session <number>', 'only this session of the capture: its number, or last', sessionOption);
}

/** A time on the command line; ages count back from now. */
export function timeOption(text: string): bigint {
  try {
    return parseTime(text, BigInt(Date.now()) * 1_000_000n);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

/** What the options select. */
export function selectionOf({ since, until, session }: SelectionOptions): Selection {
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(session === undefined ? {} : { session }),
  };
}

/** The same selection as a replay's open params have it. */
export function replayQuery({ since, until, session }: Selection): Record<string, string> {
  return {
    ...(since === undefined ? {} : { since: unixSeconds(since) }),
    ...(until === undefined ? {} : { until: unixSeconds(until) }),
    ...(session === undefined ? {} : { session: String(session) }),
  };
}

/** Nanoseconds as Unix seconds with all nine decimals. */
function unixSeconds(time: bigint): string {
  return `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`;
}

function sessionOption(text: string): number | 'last' {
  if (text === 'last') return text;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A session's number, or last, is wanted; `docktape stats` lists them.");
}
