import { globMatch } from '../../match/index.js';
import type { ByteString } from '../event-batch.js';

/**
 * The test of `pmatch`: whether one of the paths is a prefix of the value, component by component, where a component may
 * be a glob. `/usr` matches `/usr/lib` and not `/usrlocal`; `/` matches everything.
 */
export function pathMatcher(paths: readonly ByteString[]): (value: ByteString) => boolean {
  const prefixes = paths.map((path) => components(path).map(componentTest));
  return (value) => {
    const parts = components(value);
    return prefixes.some(
      (tests) => tests.length <= parts.length && tests.every((test, i) => test(parts[i] as ByteString)),
    );
  };
}

function components(path: ByteString): ByteString[] {
  return path.split('/').filter((part) => part !== '');
}

function componentTest(pattern: ByteString): (part: ByteString) => boolean {
  return /[?*[]/.test(pattern) ? (part) => globMatch(pattern, part, false) : (part) => part === pattern;
}
