/** The second seed; the first one is 0. */
const SECOND_SEED = 0x9747b28c;

/** The two digits of each byte. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * The key of an event, by which it is found again in another stream: a hash of its line's bytes `start` to `end`, without the
 * newline, as 16 hexadecimal digits. These are MurmurHash3_x86_32 (Austin Appleby's public algorithm) with seed 0 and with seed
 * 0x9747b28c. The plugin computes the same (native/plugin/source/event_key.h).
 *
 * 64 bits tell apart the few thousand events that are ever compared. Whoever wants to hide an event behind another one's key
 * would have to know to the nanosecond when the daemon will write it: the time is part of the line.
 */
export function eventKey(lines: Buffer, start: number, end: number): string {
  const length = end - start;
  const blocksEnd = start + (length & ~3);
  let first = 0;
  let second = SECOND_SEED | 0;
  for (let at = start; at < blocksEnd; at += 4) {
    // Inside the bounds none of the four is undefined.
    const block =
      (lines[at] as number) |
      ((lines[at + 1] as number) << 8) |
      ((lines[at + 2] as number) << 16) |
      ((lines[at + 3] as number) << 24);
    const scrambled = scramble(block);
    first = mix(first, scrambled);
    second = mix(second, scrambled);
  }
  let tail = 0;
  for (let at = end - 1; at >= blocksEnd; at -= 1) tail = (tail << 8) | (lines[at] as number);
  // Without a tail this changes nothing: 0 scrambles to 0.
  const rest = scramble(tail);
  return hex(finish(first ^ rest, length)) + hex(finish(second ^ rest, length));
}

function scramble(block: number): number {
  const product = Math.imul(block, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function mix(hash: number, scrambled: number): number {
  const mixed = hash ^ scrambled;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let mixed = hash ^ length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(hash: number): string {
  return `${DIGITS[hash >>> 24]}${DIGITS[(hash >>> 16) & 0xff]}${DIGITS[(hash >>> 8) & 0xff]}${DIGITS[hash & 0xff]}`;
}
