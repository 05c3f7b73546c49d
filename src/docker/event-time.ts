import { fitsInt64, type SplitTime, storeTime } from './int64.js';
import type { LineBatch } from './line-batch.js';
import { Literal, viewOf } from './literal.js';

const NEWLINE = 0x0a;
const ZERO = 0x30;
const NINE = 0x39;
const CLOSING_BRACE = 0x7d;
const TIME_NANO = Buffer.from('"timeNano":');
const TIME = Buffer.from('"time":');

/** In each of Docker's layouts `timeNano` stands last, and has as many digits since the year 2001: `…,"timeNano":1700000000123456789}`. */
const USUAL_KEY = new Literal(TIME_NANO.toString());
const USUAL_DIGITS = 19;

/**
 * The time of one event, in nanoseconds since the epoch, read off the bytes `start` to `end` of its line (the newline may
 * be in or out): its `timeNano`, else its `time` in seconds. `undefined` when there is neither, or it is no whole number
 * that a signed 64-bit integer holds.
 *
 * The line is searched, not parsed: JSON numbers lose nanoseconds, and this runs for every event. The bytes `"timeNano":`
 * before a digit cannot be forged by a label: inside a JSON string each quote is preceded by a backslash, so an unescaped
 * `"timeNano":` is a key; and the daemon's attributes are strings, so a label of that name has a quote where the digit
 * would be. The last one counts, as in JSON parsers when a key is repeated.
 */
export function eventTime(lines: Buffer, start: number, end: number): bigint | undefined {
  const time: SplitTime = { seconds: 0, nanos: 0 };
  if (!readTime(lines, start, end, time)) return undefined;
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos);
}

/**
 * The batch that whole lines make up (each ended by a newline): counts them and reads the time of each. An empty line is
 * no event and is left out.
 *
 * @param arrival nanoseconds since the epoch, for the lines that carry no usable time
 */
export function batchOf(lines: Buffer, arrival: bigint): LineBatch {
  let times = new BigInt64Array(64);
  let words = new Uint32Array(times.buffer);
  const view = viewOf(lines);
  const time: SplitTime = { seconds: 0, nanos: 0 };
  let count = 0;
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(NEWLINE, start);
    if (end < 0) throw new RangeError('the last line has no newline');
    if (end === start) return batchOf(withoutEmptyLines(lines), arrival);
    if (count === times.length) {
      const larger = new BigInt64Array(count * 2);
      larger.set(times);
      times = larger;
      words = new Uint32Array(larger.buffer);
    }
    if (readUsual(lines, view, start, end, time) || readTime(lines, start, end, time)) storeTime(words, count, time);
    else times[count] = arrival;
    count += 1;
    start = end + 1;
  }
  return { lines, times: times.subarray(0, count), count };
}

function withoutEmptyLines(lines: Buffer): Buffer {
  const text = lines.toString('latin1');
  return Buffer.from(text.replace(/^\n+/, '').replace(/\n{2,}/g, '\n'), 'latin1');
}

/** {@link eventTime} without a BigInt: fills `into`, or says that there is no usable time. */
function readTime(lines: Buffer, start: number, lineEnd: number, into: SplitTime): boolean {
  const end = lines[lineEnd - 1] === NEWLINE ? lineEnd - 1 : lineEnd;
  const nanos = lastNumber(lines, start, end, TIME_NANO);
  if (nanos >= 0 && readNanos(lines, nanos, end, into)) return true;
  const seconds = lastNumber(lines, start, end, TIME);
  return seconds >= 0 && readSeconds(lines, seconds, end, into);
}

/** {@link readTime} for nearly all lines, in a fraction of its time: false when this is not one of them. */
function readUsual(lines: Buffer, view: DataView, start: number, end: number, into: SplitTime): boolean {
  const at = end - 1 - USUAL_DIGITS;
  const key = at - USUAL_KEY.length;
  if (key < start || lines[end - 1] !== CLOSING_BRACE || !USUAL_KEY.isAt(view, key, at)) return false;
  const upper = wholeNumber(lines, at, at + 5);
  const lower = wholeNumber(lines, at + 5, at + 10);
  const nanos = wholeNumber(lines, at + 10, end - 1);
  into.seconds = upper * 100_000 + lower;
  into.nanos = nanos;
  return upper >= 0 && lower >= 0 && nanos >= 0 && fitsInt64(into);
}

/** What at most nine digits spell; -1 when not all of them are digits. */
function wholeNumber(lines: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = (lines[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = (value * 10 + digit) | 0;
  }
  return value;
}

/** Where the digits begin after the last `key` that is followed by a digit; -1 when there is none. */
function lastNumber(lines: Buffer, start: number, end: number, key: Buffer): number {
  const line = lines.subarray(start, end);
  let at = line.lastIndexOf(key);
  while (at >= 0) {
    if (isDigit(line[at + key.length])) return start + at + key.length;
    at = at === 0 ? -1 : line.lastIndexOf(key, at - 1);
  }
  return -1;
}

/** Reads a count of nanoseconds whose first digit is at `start`. A fraction or an exponent is not one. */
function readNanos(lines: Buffer, start: number, limit: number, into: SplitTime): boolean {
  let end = start;
  while (end < limit && isDigit(lines[end])) end += 1;
  if (end - start > 19 || isNumberTail(lines[end])) return false;
  const split = Math.max(start, end - 9);
  into.seconds = decimal(lines, start, split);
  into.nanos = decimal(lines, split, end);
  return fitsInt64(into);
}

/** Reads a count of seconds whose first digit is at `start`. */
function readSeconds(lines: Buffer, start: number, limit: number, into: SplitTime): boolean {
  let end = start;
  while (end < limit && isDigit(lines[end])) end += 1;
  if (end - start > 10 || isNumberTail(lines[end])) return false;
  into.seconds = decimal(lines, start, end);
  into.nanos = 0;
  return fitsInt64(into);
}

/** The number that at most ten digits spell: a double holds it exactly. */
function decimal(lines: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + ((lines[at] ?? ZERO) - ZERO);
  return value;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Whether a number goes on after its digits: `.5`, `e9`, `E9`. */
function isNumberTail(byte: number | undefined): boolean {
  return byte === 0x2e || byte === 0x65 || byte === 0x45;
}
