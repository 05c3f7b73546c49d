import { type Command, InvalidArgumentError } from 'commander';
import {
  DEFAULT_ENRICH_TIMEOUT,
  type EnrichmentOptions,
  LONGEST_ENRICH_TIMEOUT,
} from '../docker/enrichment/enrichment-options.js';
import { DocktapeError } from '../errors.js';

/** The options about what events are about. */
export interface EnrichOptions {
  /** False for `--no-enrich`. */
  readonly enrich: boolean;
  /** Milliseconds. */
  readonly enrichTimeout?: number;
}

/** Adds `--enrich-timeout` and `--no-enrich` to a command that reads from a daemon. */
export function addEnrichOptions(command: Command): Command {
  return command
    .option(
      '--enrich-timeout <ms>',
      `how long an event waits for what the daemon says of its container: 0 to ${LONGEST_ENRICH_TIMEOUT} milliseconds (default: ${DEFAULT_ENRICH_TIMEOUT})`,
      timeoutOption,
    )
    .option('--no-enrich', 'do not ask the daemon what containers and execs are');
}

/**
 * How events get their context; `undefined` when they get none.
 *
 * @throws DocktapeError `USAGE` for a timeout of nothing
 */
export function enrichmentOf({ enrich, enrichTimeout }: EnrichOptions): EnrichmentOptions | undefined {
  if (enrich) return { timeout: enrichTimeout ?? DEFAULT_ENRICH_TIMEOUT };
  if (enrichTimeout === undefined) return undefined;
  throw new DocktapeError('USAGE', '--enrich-timeout is of no use with --no-enrich: leave one of them out');
}

function timeoutOption(text: string): number {
  const timeout = Number(text);
  if (/^\d+$/.test(text) && timeout <= LONGEST_ENRICH_TIMEOUT) return timeout;
  throw new InvalidArgumentError(`A whole number of milliseconds from 0 to ${LONGEST_ENRICH_TIMEOUT} is wanted.`);
}
