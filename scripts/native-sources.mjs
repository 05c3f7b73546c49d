import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/** What libdocker.so and the addons are compiled from. package.json has the version, which the library knows. */
export const nativeInputs = ['native', 'binding.gyp', 'package.json', 'node_modules/node-addon-api'];

/** @returns {string} a hash of what libdocker.so and the addons are compiled from */
export function nativeSources() {
  return hashOf(nativeInputs.map((name) => join(root, name)));
}

/**
 * @param {string[]} paths files and folders
 * @returns {string} a hash of the names and of what is in them
 */
export function hashOf(paths) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else hash.update(`${path}\0`).update(readFileSync(path));
  };
  paths.forEach(add);
  return hash.digest('hex');
}
