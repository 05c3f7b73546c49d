import { LONGEST_ENRICH_TIMEOUT } from '../docker/enrichment/enrichment-options.js';
import type { Resume } from '../docker/feed/daemon-feed.js';
import { DocktapeError } from '../errors.js';
import { LogLevel } from './frames.js';

/** What the plugin asks of the source host. */
export interface SourceRequest {
  /** Open params, as Falco gave them. */
  readonly params: string;
  readonly daemon: 'retry' | 'fail';
  /** The most bytes of live events that wait for the plugin. */
  readonly queueBytes: number;
  /** The highest number of severity that is worth a log frame. */
  readonly logLevel: number;
  /** How many events of a replay the plugin has already had from an earlier host. */
  readonly skip: number;
  /** When the source was opened, milliseconds since the epoch: from here ages in the open params count back. */
  readonly now: number;
  /** Milliseconds that a live event waits for what it is about; absent when nothing is asked about it. */
  readonly enrichTimeout?: number;
  /** Where an earlier live stream of these params ended, whichever host or Falco it was of; absent when there was none. */
  readonly resume?: Resume;
}

/** The version of request and frames. */
const VERSION = 2;

/** Nanoseconds since the epoch, and the last that 64 bits with a sign reach. */
const NANOSECONDS = /^\d{1,19}$/;
const LAST_NANOSECOND = 2n ** 63n - 1n;

/** As `eventKey` writes them. */
const EVENT_KEY = /^[0-9a-f]{16}$/;

/**
 * Parses the request, one line of JSON.
 *
 * @throws DocktapeError `PLUGIN` when it is not what a plugin of this version writes
 */
export function parseRequest(line: string): SourceRequest {
  const request = parseObject(line);
  const { version, params, daemon, queueBytes, logLevel, skip, now } = request;
  if (version !== VERSION) {
    throw invalid(`version ${JSON.stringify(version)} is not ${VERSION}: install libdocker.so and its host together`);
  }
  if (typeof params !== 'string') throw invalid('params must be a text');
  if (daemon !== 'retry' && daemon !== 'fail') throw invalid("daemon must be 'retry' or 'fail'");
  if (!isCount(queueBytes)) throw invalid('queueBytes must be a whole number');
  if (typeof logLevel !== 'string' || !isLevel(logLevel)) {
    throw invalid(`logLevel must be one of ${Object.keys(LogLevel).join(', ')}`);
  }
  if (!isCount(skip)) throw invalid('skip must be a whole number');
  if (!isCount(now)) throw invalid('now must be a whole number');
  const enrichTimeout = parseEnrichTimeout(request.enrichTimeout);
  const resume = parseResume(request.resume);
  return {
    params,
    daemon,
    queueBytes,
    logLevel: LogLevel[logLevel],
    skip,
    now,
    ...(enrichTimeout === undefined ? {} : { enrichTimeout }),
    ...(resume ? { resume } : {}),
  };
}

function parseEnrichTimeout(value: unknown): number | undefined {
  if (value === null) return undefined;
  if (isCount(value) && value <= LONGEST_ENRICH_TIMEOUT) return value;
  throw invalid(`enrichTimeout must be null or a whole number up to ${LONGEST_ENRICH_TIMEOUT}`);
}

function parseResume(value: unknown): Resume | undefined {
  if (value === null) return undefined;
  if (typeof value !== 'object') throw invalid('resume must be null or an object');
  const { reason, wantedFrom, endedAt, delivered } = value as Record<string, unknown>;
  if (typeof reason !== 'string' || reason === '') throw invalid('resume.reason must be a text');
  if (!isNanoseconds(wantedFrom)) throw invalid('resume.wantedFrom must be nanoseconds, as text');
  if (!isNanoseconds(endedAt)) throw invalid('resume.endedAt must be nanoseconds, as text');
  if (!Array.isArray(delivered) || !delivered.every(isEventKey)) throw invalid('resume.delivered must be event keys');
  return { reason, wantedFrom: BigInt(wantedFrom), endedAt: BigInt(endedAt), delivered };
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw invalid('it is no object');
  return value as Record<string, unknown>;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isNanoseconds(value: unknown): value is string {
  return typeof value === 'string' && NANOSECONDS.test(value) && BigInt(value) <= LAST_NANOSECOND;
}

function isEventKey(value: unknown): value is string {
  return typeof value === 'string' && EVENT_KEY.test(value);
}

function isLevel(text: string): text is keyof typeof LogLevel {
  return Object.hasOwn(LogLevel, text);
}

function invalid(problem: string): DocktapeError {
  return new DocktapeError('PLUGIN', `the source host cannot use its request: ${problem}`);
}
