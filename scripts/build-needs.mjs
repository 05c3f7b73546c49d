import { spawnSync } from 'node:child_process';
import { onPath } from './packages.mjs';

/**
 * What compiling needs from the system.
 *
 * @type {import('./packages.mjs').Need[]}
 */
export const compileNeeds = [
  { what: 'a C++17 compiler', debian: 'g++', has: () => onPath('c++') },
  { what: 'make', debian: 'make', has: () => onPath('make') },
  { what: 'python3 (for node-gyp)', debian: 'python3', has: () => onPath('python3') },
  { what: 'RapidJSON', debian: 'rapidjson-dev', has: () => compiles('rapidjson/reader.h') },
  { what: 'RE2', debian: 'libre2-dev', has: () => compiles('re2/re2.h') },
];

/** What the build, and what is built, need from the system. */
export const buildNeeds = [
  ...compileNeeds,
  { what: 'git (for docktape test --against)', debian: 'git', has: () => onPath('git') },
];

/** @param {string} header */
function compiles(header) {
  const input = `#include <${header}>\n`;
  const args = ['-std=c++17', '-fsyntax-only', '-x', 'c++', '-'];
  return spawnSync('c++', args, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}
