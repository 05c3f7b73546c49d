/** Nanoseconds in a second. */
const BILLION = 1_000_000_000;

/** A time as whole seconds and the nanoseconds beyond them: two exact doubles, where one BigInt would cost an allocation. */
export interface SplitTime {
  seconds: number;
  nanos: number;
}

/** The last second that nanoseconds in 64 bits reach (in the year 2262), and the nanoseconds they reach in it. */
const LAST_SECOND = 9_223_372_036;
const LAST_NANOS = 854_775_807;

/** Whether a time fits a signed 64-bit count of nanoseconds, which is what SQLite and Falco keep. */
export function fitsInt64(time: SplitTime): boolean {
  return time.seconds < LAST_SECOND || (time.seconds === LAST_SECOND && time.nanos <= LAST_NANOS);
}

/**
 * Stores a time (not negative, in range) as a little-endian 64-bit integer at `words[2 * index]`, where `words` views the
 * memory of a BigInt64Array. Four multiplications of doubles below 2^53, so nothing is rounded.
 */
export function storeTime(words: Uint32Array, index: number, time: SplitTime): void {
  const upper = Math.floor(time.seconds / 65_536) * BILLION;
  const lower = (time.seconds % 65_536) * BILLION + time.nanos;
  const low = (upper % 65_536) * 65_536 + lower;
  words[2 * index] = low >>> 0;
  words[2 * index + 1] = Math.floor(upper / 65_536) + Math.floor(low / 4_294_967_296);
}

/**
 * The reverse of {@link storeTime}. The quotient of doubles can be off by one, so the remainder is taken exactly, modulo
 * 2^32, and corrects it.
 */
export function loadTime(words: Uint32Array, index: number, into: SplitTime): void {
  const low = words[2 * index] ?? 0;
  const high = words[2 * index + 1] ?? 0;
  let seconds = Math.floor((high * 4_294_967_296 + low) / BILLION);
  let nanos = (low - Math.imul(seconds, BILLION)) | 0;
  if (nanos < 0) {
    seconds -= 1;
    nanos += BILLION;
  } else if (nanos >= BILLION) {
    seconds += 1;
    nanos -= BILLION;
  }
  into.seconds = seconds;
  into.nanos = nanos;
}
