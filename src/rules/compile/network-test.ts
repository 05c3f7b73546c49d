import type { ByteString } from '../event-batch.js';
import type { Modifier, Operator } from '../language/operators.js';
import { inNetwork, type Network } from './addresses.js';
import type { Test } from './comparison.js';

/**
 * The test of a field of type `ipnet`, whose value is an address: `=` is being in the network. With two modifiers Falco
 * compares the address with the network as if both were values, which are never equal: `= anyof` never holds, and `!= allof`
 * always does.
 */
export function networkTest(operator: Operator, modifier: Modifier | undefined, networks: readonly Network[]): Test {
  const isMember = (address: ByteString) => networks.some((network) => inNetwork(address, network));
  switch (operator) {
    case 'in':
      return (value) => (isArray(value) ? value.every(isMember) : isMember(value as ByteString));
    case 'intersects':
      return (value) => (isArray(value) ? value.some(isMember) : isMember(value as ByteString));
    default:
      return equalityTest(operator === '=', modifier, networks) as Test;
  }
}

function equalityTest(
  equal: boolean,
  modifier: Modifier | undefined,
  networks: readonly Network[],
): (address: ByteString) => boolean {
  const count = (address: ByteString) => networks.filter((network) => inNetwork(address, network) === equal).length;
  switch (modifier) {
    case undefined:
      return (address) => count(address) > 0;
    case 'oneof':
      return (address) => count(address) === 1;
    case 'anyof':
      return equal ? () => false : (address) => count(address) > 0;
    case 'allof':
      return equal ? (address) => networks.length > 0 && count(address) === networks.length : () => networks.length > 0;
  }
}

function isArray(value: Parameters<Test>[0]): value is readonly ByteString[] {
  return Array.isArray(value);
}
