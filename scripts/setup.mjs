// Makes a fresh clone ready: system packages, node_modules, the build. Does only what is missing, and says so.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildNeeds } from './build-needs.mjs';
import { buildStamp } from './build-stamp.mjs';
import { installMissing } from './packages.mjs';
import { fail, root, run } from './run.mjs';

checkNode();
installMissing(buildNeeds);
installNodeModules();
build();

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node ${process.versions.node} is too old: docktape needs Node 20, 22 or 24`);
}

/** Native modules are compiled for one Node version, so another version needs them anew as much as another lock file does. */
function installNodeModules() {
  const stamp = join(root, 'node_modules/.docktape-node');
  const installed = statSync(join(root, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  const current =
    installed !== undefined &&
    contentOf(stamp) === process.versions.modules &&
    installed.mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
  if (current) return;
  console.log('docktape: installing dependencies (better-sqlite3 may be compiled, which takes some minutes)');
  // The build needs TypeScript, whatever NODE_ENV is.
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
  writeFileSync(stamp, process.versions.modules);
}

function build() {
  const stamp = join(root, 'build/built');
  const scripts = ['scripts/build.mjs', 'scripts/launchers.mjs'];
  const inputs = [
    'src',
    'native',
    'bench',
    'binding.gyp',
    'package.json',
    'tsconfig.json',
    'tsconfig.bench.json',
    ...scripts,
  ];
  if (contentOf(stamp) === buildStamp() && newest(inputs) < statSync(stamp).mtimeMs) return;
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

/** @param {string} path */
function contentOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
