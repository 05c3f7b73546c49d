import type { ByteString } from './event-batch.js';

/** The UTF-8 bytes of a text, one character a byte. */
export function toBytes(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that a byte string holds. Bytes that are not UTF-8 become U+FFFD, as in Falco's JSON. */
export function toText(bytes: ByteString): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * The same bytes in a string of their own. What a regular expression or `slice` gives is a view into the longer text: it
 * is slower to compare, and keeps that text alive.
 */
export function ownBytes(bytes: ByteString): ByteString {
  return Buffer.from(bytes, 'latin1').toString('latin1');
}

function isAscii(bytes: ByteString): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes.charCodeAt(i) > 0x7f) return false;
  return true;
}
