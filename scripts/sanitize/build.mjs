import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fail, root } from '../run.mjs';

const flags = '-O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined';

const folder = join(root, 'build/sanitized');

/**
 * Compiles libdocker.so and its driver with the sanitizers, where something changed: the library by the build's own rules, with
 * flags added. Needs a build.
 *
 * @returns {string} the driver's path
 */
export function buildSanitized() {
  const library = ['-C', 'build', 'BUILDTYPE=Release', 'builddir=sanitized', `-j${availableParallelism()}`, 'docker'];
  step('make', [...library, `CXXFLAGS=${flags}`, `LDFLAGS=${flags}`]);
  const driver = join(folder, 'driver');
  const sources = ['test/sanitized/driver.cc', join(folder, 'libdocker.so')];
  step('c++', [
    '-std=c++17',
    '-Wall',
    '-Wextra',
    ...flags.split(' '),
    '-Inative',
    ...sources,
    '-Wl,-rpath,$ORIGIN',
    '-o',
    driver,
  ]);
  return driver;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function step(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) fail(`cannot run ${program}: ${error.message}`);
  if (status !== 0) fail(`the sanitized library does not compile:\n${stdout}${stderr}`);
}
