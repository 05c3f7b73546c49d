import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail } from '../run.mjs';

/**
 * Makes what is in a folder, unless it was made from the same things before.
 *
 * @param {string} folder emptied first
 * @param {string} key says what it is made from
 * @param {() => void} make
 */
export function madeOnce(folder, key, make) {
  const stamp = join(folder, '.made');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  make();
  writeFileSync(stamp, key);
}

/**
 * @param {string[]} paths files and folders
 * @returns {string} a hash of what is in them, and of the compiler
 */
export function keyOf(...paths) {
  const hash = createHash('sha256').update(compiler());
  /** @param {string} path */
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else hash.update(`${path}\0`).update(readFileSync(path));
  };
  paths.forEach(add);
  return hash.digest('hex');
}

function compiler() {
  return spawnSync('c++', ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

/**
 * Runs a step of a build in a folder, and ends this process with what it said when it fails. Nothing of the environment
 * can lead to other bytes: neither npm's settings, which node-gyp would prefer to its arguments, nor flags for compilers.
 *
 * @param {string} folder
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [flags] for the compilers and the linker, over what the folder's build says itself
 */
export function step(folder, program, args, flags = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: { ...environment(), ...flags },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) fail(`cannot run ${program}: ${error.message}`);
  if (status !== 0) {
    const end = signal ? `was ended by ${signal}` : `exited with ${status}`;
    fail(`\`${[program, ...args].join(' ')}\` in ${folder} ${end}:\n${stdout}${stderr}`);
  }
}

function environment() {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'CC', 'CXX', 'AR'];
  const entries = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Compiles targets of the folder's binding.gyp, against the headers of the Node that the bundle brings.
 *
 * @param {string} folder
 * @param {{ node: string, targets: string[], variables?: Record<string, string>, linkerFlags?: string[] }} options
 */
export function gypBuild(folder, { node, targets, variables = {}, linkerFlags = [] }) {
  const gyp = process.env.npm_config_node_gyp;
  if (!gyp) fail('the bundle needs the node-gyp that npm brings: run it as `npm run bundle`');
  const defines = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
  step(folder, process.execPath, [gyp, 'configure', `--nodedir=${node}`, '--loglevel=warn', '--', ...defines]);
  const compile = ['-O2', '-ffunction-sections', '-fdata-sections', ...nameless(folder)].join(' ');
  step(folder, 'make', ['-C', 'build', 'BUILDTYPE=Release', `-j${availableParallelism()}`, ...targets], {
    CFLAGS: compile,
    CXXFLAGS: compile,
    LDFLAGS: ['-static-libstdc++', '-Wl,--exclude-libs,ALL', '-Wl,--gc-sections', ...linkerFlags].join(' '),
  });
}

/** @param {string} folder @returns {string[]} flags that keep the folder's name out of what is compiled in it */
export function nameless(folder) {
  return [`-ffile-prefix-map=${folder}/build/=`, `-ffile-prefix-map=${folder}=.`];
}
