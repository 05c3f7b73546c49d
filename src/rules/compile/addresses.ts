import { isIPv4, isIPv6 } from 'node:net';
import type { ByteString } from '../event-batch.js';
import { parseUint64 } from './numbers.js';

/** The bytes of an address in network order, 4 or 16; undefined when the text is none. What has a dot is version 4. */
export function parseAddress(text: ByteString): ByteString | undefined {
  if (text.includes('.')) return isIPv4(text) ? bytesOf(text.split('.').map(Number)) : undefined;
  return isIPv6(text) && !text.includes('%') ? bytesOfVersion6(text) : undefined;
}

/** An address and how many of its leading bits make the network. */
export interface Network {
  readonly address: ByteString;
  readonly bits: number;
}

/**
 * The network `ADDRESS/BITS`; undefined when the text is none. As in Falco the number of bits is read modulo 256, and is
 * not 0 in version 6.
 */
export function parseNetwork(text: ByteString): Network | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(text.slice(0, Math.max(slash, 0)));
  const number = parseUint64(text.slice(slash + 1));
  if (address === undefined || number === undefined || text.includes('.') !== (address.length === 4)) return undefined;
  const bits = Number(number & 0xffn);
  return bits > address.length * 8 || (bits === 0 && address.length > 4) ? undefined : { address, bits };
}

/** Whether an address is in a network, which one of the other version never is. */
export function inNetwork(address: ByteString, { address: other, bits }: Network): boolean {
  if (address.length !== other.length) return false;
  const whole = bits >> 3;
  if (address.slice(0, whole) !== other.slice(0, whole)) return false;
  const shift = 8 - (bits & 7);
  return shift === 8 || address.charCodeAt(whole) >> shift === other.charCodeAt(whole) >> shift;
}

function bytesOfVersion6(text: ByteString): ByteString {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return bytesOf([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: ByteString): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function bytesOf(numbers: readonly number[]): ByteString {
  return String.fromCharCode(...numbers);
}
