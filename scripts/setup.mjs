// Makes a fresh clone ready: system packages, node_modules, the build. Does only what is missing. `--quiet` says nothing
// when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, run } from './run.mjs';

/** What the build needs from the system: how to tell that it is there, and the Debian package that brings it. */
const needs = [
  { name: 'a C++17 compiler', debian: 'g++', has: () => runs('c++', ['--version']) },
  { name: 'make', debian: 'make', has: () => runs('make', ['--version']) },
  { name: 'python3 (for node-gyp)', debian: 'python3', has: () => runs('python3', ['--version']) },
  { name: 'RapidJSON', debian: 'rapidjson-dev', has: () => compiles('rapidjson/reader.h') },
  { name: 'RE2', debian: 'libre2-dev', has: () => compiles('re2/re2.h') },
];

checkNode();
installSystemPackages();
installNodeModules();
build();

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node ${process.versions.node} is too old: docktape needs Node 20, 22 or 24`);
}

function installSystemPackages() {
  const missing = needs.filter((need) => !need.has());
  if (missing.length === 0) return;
  const packages = missing.map((need) => need.debian);
  const names = missing.map((need) => need.name).join(', ');
  if (process.getuid?.() !== 0 || !runs('apt-get', ['--version'])) {
    fail(
      `the build needs ${names}: run \`sudo apt-get install -y ${packages.join(' ')}\` (or your system's packages of them)`,
    );
  }
  console.log(`docktape: installing ${names}`);
  run('apt-get', ['-qq', 'update']);
  run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages]);
}

/** Native modules are compiled for one Node version, so another version needs them anew as much as another lock file does. */
function installNodeModules() {
  const stamp = join(root, 'node_modules/.docktape-node');
  const installed = join(root, 'node_modules/.package-lock.json');
  const current =
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === process.versions.modules &&
    statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (current) return;
  console.log('docktape: installing dependencies (better-sqlite3 may be compiled, which takes some minutes)');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, process.versions.modules);
}

function build() {
  const stamp = join(root, 'build/built');
  const fresh =
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === process.version &&
    newest(['src', 'native', 'bench', 'binding.gyp', 'scripts/build.mjs', 'tsconfig.json']) < statSync(stamp).mtimeMs;
  if (fresh) return;
  console.log('docktape: building');
  run('npm', ['run', '--silent', 'build']);
}

/**
 * @param {string[]} paths files and folders of the project
 * @returns {number} the newest modification time below them, in milliseconds
 */
function newest(paths) {
  return Math.max(
    ...paths.map((path) => {
      const stat = statSync(join(root, path));
      if (!stat.isDirectory()) return stat.mtimeMs;
      return Math.max(stat.mtimeMs, newest(readdirSync(join(root, path)).map((name) => join(path, name))));
    }),
  );
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function runs(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** @param {string} header */
function compiles(header) {
  const input = `#include <${header}>\n`;
  return (
    spawnSync('c++', ['-std=c++17', '-fsyntax-only', '-x', 'c++', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'] })
      .status === 0
  );
}
