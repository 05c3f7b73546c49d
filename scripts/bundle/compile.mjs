import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { hashOf } from '../native-sources.mjs';
import { fail, root } from '../run.mjs';

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
 * @param {object} settings whatever else decides how they are compiled
 * @returns {string} says all that, and what compiler there is
 */
export function keyOf(paths, settings) {
  return JSON.stringify([hashOf(paths), settings, compiler()]);
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
 * @returns {string} what it printed
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
  return stdout;
}

function environment() {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'CC', 'CXX', 'AR'];
  const entries = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(entries), LC_ALL: 'C', TZ: 'UTC' };
}

const olderGlibc = join(root, 'scripts/bundle/older-glibc.c');

/**
 * @typedef {object} GypBuild
 * @property {string} from the folder with a binding.gyp and the sources
 * @property {string[]} inputs what of it is compiled
 * @property {string} to the folder to compile in, because node-gyp builds where the sources are
 * @property {string} node the unpacked Node whose headers to use
 * @property {string[]} targets
 * @property {string[]} [flags] for the compilers
 * @property {Record<string, string>} [variables] for the binding.gyp
 */

/**
 * Compiles targets of a binding.gyp, unless they are compiled. libstdc++ is linked statically and hidden, because that of the
 * machine that runs the bundle may be older. That is sound although Node has one of its own: what they share of V8's and
 * Node's interface is made of pointers and of templates that are compiled into both; both take memory from the one malloc;
 * and no exception passes between them. libgcc_s stays shared: Node needs it anyway.
 *
 * @param {GypBuild} build
 * @returns {string} the folder with what was compiled
 */
export function gypBuild({ from, inputs, to, node, targets, flags = [], variables = {} }) {
  const compile = ['-ffunction-sections', '-fdata-sections', ...flags, ...nameless(to)].join(' ');
  const link = '-static-libstdc++ -Wl,--exclude-libs,ALL -Wl,--gc-sections -Wl,--wrap=fmod';
  const paths = [...inputs.map((name) => join(from, name)), olderGlibc];
  madeOnce(to, keyOf(paths, { node, targets, variables, compile, link }), () => {
    console.log(`docktape: compiling ${targets.join(', ')}`);
    const gyp = process.env.npm_config_node_gyp;
    if (!gyp) fail('the bundle needs the node-gyp that npm brings: run it as `npm run bundle`');
    for (const name of inputs) cpSync(join(from, name), join(to, name), { recursive: true, dereference: true });
    const object = join(to, 'older-glibc.o');
    step(to, 'cc', ['-O2', '-fPIC', '-ffunction-sections', ...nameless(to), '-c', olderGlibc, '-o', object]);
    const defines = Object.entries(variables).map(([name, value]) => `-D${name}=${value}`);
    step(to, process.execPath, [gyp, 'configure', `--nodedir=${node}`, '--loglevel=warn', '--', ...defines]);
    const make = ['-C', 'build', 'BUILDTYPE=Release', `-j${availableParallelism()}`, ...targets];
    step(to, 'make', make, { CFLAGS: compile, CXXFLAGS: compile, LDFLAGS: `${link} ${object}` });
  });
  return join(to, 'build/Release');
}

/** @param {string} folder @returns {string[]} flags that keep the folder's name out of what is compiled in it */
export function nameless(folder) {
  return [`-ffile-prefix-map=${folder}/build/=`, `-ffile-prefix-map=${folder}=.`];
}
