import type { ByteString } from '../event-batch.js';

/**
 * An address of 4 or 16 bytes as the C library's inet_ntop(3) writes it: in version 6 without leading zeros, the first of
 * the longest runs of zeros as `::`, and the last four bytes of an embedded version 4 address with dots.
 */
export function addressText(address: ByteString): ByteString {
  const bytes = [...address].map((byte) => byte.charCodeAt(0));
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const run = longestZeros(groups);
  const embeds = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const texts = groups.map((group) => group.toString(16));
  if (embeds) texts.splice(6, 2, bytes.slice(12).join('.'));
  if (run.length < 2) return texts.join(':');
  return `${texts.slice(0, run.start).join(':')}::${texts.slice(run.start + run.length).join(':')}`;
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
