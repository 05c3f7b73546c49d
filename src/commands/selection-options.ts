import { type Command, InvalidArgumentError } from 'commander';
import type { Selection } from '../capture/selection.js';
import { DocktapeError, messageOf } from '../errors.js';
import { parseSession } from '../source/open-params.js';
import { parseTime } from '../source/time.js';
import { isoTime, now } from '../time.js';

/** The options that select events of a capture. Times are nanoseconds since the epoch. */
export interface SelectionOptions {
  readonly since?: bigint;
  readonly until?: bigint;
  readonly session?: number | 'last';
}

/** Adds `--since`, `--until` and `--session` to a command. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option(
      '--since <time>',
      'from this time on: RFC 3339, Unix seconds, or an age such as 10m',
      asOption(parseTimeNow),
    )
    .option('--until <time>', 'up to this time, inclusive', asOption(parseTimeNow))
    .option('--session <number>', 'only this session of the capture: its number, or last', asOption(parseSession));
}

/** What the options select. */
export function selectionOf({ since, until, session }: SelectionOptions): Selection {
  if (since !== undefined && until !== undefined && since > until) {
    const times = `--since (${isoTime(since, 'Z')}) is later than --until (${isoTime(until, 'Z')})`;
    throw new DocktapeError('USAGE', `${times}: exchange them`);
  }
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Reads an option's value as open params do; what they refuse is wrong use here. */
export function asOption<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}

/** A time on the command line; ages count back from now. */
export function parseTimeNow(text: string): bigint {
  return parseTime(text, now());
}
