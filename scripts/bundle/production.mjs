import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fail, root } from '../run.mjs';

/** Dependencies of dependencies that nothing loads at run time, and why. */
const leftOut = new Map([
  ['prebuild-install', 'downloads compiled files when better-sqlite3 is installed'],
  ['node-addon-api', 'headers, for compiling'],
  ['cpu-features', 'lets ssh2 order ciphers by speed; docktape refuses ssh://'],
  ['nan', 'headers, for compiling'],
  ['@types/node', 'declarations, for compiling'],
]);

/**
 * @typedef {object} Locked what the lock file says of a package
 * @property {string} version
 * @property {boolean} [optional]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * The packages that docktape needs to run, by the lock file.
 *
 * @returns {string[]} their folders, relative to the project, sorted
 */
export function productionPackages() {
  /** @type {{ packages: Record<string, Locked> }} */
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  /** @param {string} folder */
  const visit = (folder) => {
    const { dependencies, optionalDependencies } = packages[folder] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (leftOut.has(name)) continue;
      const place = resolve(packages, folder, name);
      if (found.has(place)) continue;
      found.add(place);
      visit(place);
    }
  };
  visit('');
  return [...found].sort();
}

/**
 * Where Node finds a package that another one requires.
 *
 * @param {Record<string, Locked>} packages
 * @param {string} from the folder of the one that requires it
 * @param {string} name
 * @returns {string}
 */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = posix.join(folder, 'node_modules', name);
    if (packages[place]) return place;
    if (folder === '')
      return fail(`package-lock.json has no ${name}, which ${from || 'docktape'} needs: run npm install`);
  }
}
