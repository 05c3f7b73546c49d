/** How events get their context. */
export interface EnrichmentOptions {
  /** Milliseconds that an event waits for the daemon's answers at most; it goes on without them then. */
  readonly timeout: number;
  /** What becomes of a context before it is used: a JSON object on one line, before and after. */
  readonly redact?: (context: Buffer) => Buffer;
}

/** Milliseconds that an event waits when nothing else is said. */
export const DEFAULT_ENRICH_TIMEOUT = 200;

/** The longest that it may be told to wait, in milliseconds: rules should not be late by more than this. */
export const LONGEST_ENRICH_TIMEOUT = 10_000;

/**
 * What is counted of the questions about containers and execs: `asked` for each request; `failed` for each that the daemon, or a proxy,
 * refused or gave no usable answer to; `late` for each event that went on without an answer that was still awaited.
 */
export type Inspection = 'asked' | 'failed' | 'late';
