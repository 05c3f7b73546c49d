import type { Selection } from '../capture/selection.js';
import { DocktapeError, messageOf } from '../errors.js';
import { quoted } from '../text/quoted.js';
import { parseTime } from './time.js';

/** Events of a daemon, from now on or from `since` on (nanoseconds since the epoch). */
export interface LiveParams {
  readonly mode: 'live';
  /** `live` or an address, as `resolveEndpoint` takes it. */
  readonly address: string;
  readonly since?: bigint;
}

/** Events of a capture, then the end. */
export interface ReplayParams {
  readonly mode: 'replay';
  readonly path: string;
  readonly selection: Selection;
  /** How many times faster than recorded, or as fast as they can be read. */
  readonly speed: number | 'max';
}

export type OpenParams = LiveParams | ReplayParams;

const KEYS = { live: ['since'], replay: ['since', 'until', 'session', 'speed'] } as const;

const TARGETS =
  'live, unix://PATH, tcp://HOST:PORT, https://HOST:PORT, context:NAME, capture:PATH, or a path ending in .db';

/**
 * Parses open params, by the one grammar of falco.yaml, the command line and the tests: a target, then maybe `?` and
 * `key=value` pairs joined by `&`. Both sides are percent-decoded; `+` is itself.
 *
 * @param now nanoseconds since the epoch, from which ages count back
 * @throws DocktapeError `OPEN_PARAMS`, naming the value, what is wrong with it, and what is allowed
 */
export function parseOpenParams(text: string, now: bigint): OpenParams {
  const split = text.indexOf('?');
  const target = decode(split < 0 ? text : text.slice(0, split));
  const path = capturePath(target);
  const mode = path === undefined ? 'live' : 'replay';
  const values = parseQuery(split < 0 ? '' : text.slice(split + 1), mode);
  const since = timeOf(values, 'since', now);
  if (path === undefined) {
    return { mode: 'live', address: liveAddress(target), ...(since === undefined ? {} : { since }) };
  }
  const until = timeOf(values, 'until', now);
  if (since !== undefined && until !== undefined && since > until) {
    throw invalid(
      `since ${quoted(values.get('since'))} is later than until ${quoted(values.get('until'))}: exchange them`,
    );
  }
  const session = optional(values.get('session'), parseSession);
  const selection = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(session === undefined ? {} : { session }),
  };
  return { mode: 'replay', path, selection, speed: optional(values.get('speed'), parseSpeed) ?? 'max' };
}

/** The open params that replay the capture at `path`; `query` has the keys of a replay, as they are written. */
export function captureParams(path: string, query: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  // A slash stays, so that the path can still be read.
  const encoded = encodeURIComponent(path).replaceAll('%2F', '/');
  return `capture:${encoded}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

/** The path when the target is a capture. Whatever has a scheme of its own is none, also when it ends in `.db`. */
function capturePath(target: string): string | undefined {
  const path = target.startsWith('capture:') ? target.slice('capture:'.length) : target;
  if (path === target && (!target.endsWith('.db') || /^([a-z][a-z0-9+.-]*:\/\/|context:)/.test(target)))
    return undefined;
  if (path === '') throw invalid(`${quoted(target)} names no capture: write capture:PATH`);
  if (path.includes('\0')) throw invalid('a path cannot contain a NUL: take %00 out of it');
  return path;
}

function liveAddress(target: string): string {
  if (target === '' || target === 'live') return 'live';
  if (target === 'context:') throw invalid("'context:' names no Docker context: write context:NAME");
  if (/^(unix|tcp|https?|ssh|npipe|fd):\/\/|^context:/.test(target)) return target;
  throw invalid(`${quoted(target)} is neither a daemon nor a capture: write ${TARGETS}`);
}

function parseQuery(query: string, mode: 'live' | 'replay'): Map<string, string> {
  const known: readonly string[] = KEYS[mode];
  const values = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [rawKey = '', ...rest] = pair.split('=');
    const key = decode(rawKey);
    if (!known.includes(key)) {
      const other = (KEYS.replay as readonly string[]).includes(key)
        ? ` is for a replay, not for ${mode}`
        : ' is unknown';
      throw invalid(`the key ${quoted(key)}${other}: known keys are ${known.join(', ')}`);
    }
    if (rest.length === 0) throw invalid(`the key ${quoted(key)} has no value: write ${key}=VALUE`);
    if (values.has(key))
      throw invalid(`the key ${quoted(key)} is repeated: known keys, once each, are ${known.join(', ')}`);
    values.set(key, decode(rest.join('=')));
  }
  return values;
}

function timeOf(values: Map<string, string>, key: string, now: bigint): bigint | undefined {
  const text = values.get(key);
  if (text === undefined) return undefined;
  try {
    return parseTime(text, now);
  } catch (error) {
    throw invalid(`${key} ${messageOf(error)}`);
  }
}

/** A session as a user writes it: its number, or `last`. */
export function parseSession(text: string): number | 'last' {
  if (text === 'last') return text;
  const session = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(session)) throw invalid(`session ${quoted(text)} is no session: write its number or last`);
  return session;
}

/** A speed as a user writes it: `max`, or a factor. */
export function parseSpeed(text: string): number | 'max' {
  if (text === 'max') return text;
  const speed = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
  if (speed <= 0)
    throw invalid(`speed ${quoted(text)} is no speed: write max, or a factor such as 1 (as recorded) or 0.5`);
  return speed;
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`${quoted(text)} has a % that begins no UTF-8 escape: write %25 for a percent sign`);
  }
}

function invalid(problem: string): DocktapeError {
  return new DocktapeError('OPEN_PARAMS', `open params: ${problem}`);
}
