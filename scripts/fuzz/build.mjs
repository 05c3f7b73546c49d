import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fail, root } from '../run.mjs';

/**
 * Compiles targets, where something changed. Ends this process with what the compiler said when that fails.
 *
 * @param {string[]} targets
 */
export function buildTargets(targets) {
  console.log(`docktape: compiling the fuzz targets ${targets.join(', ')}`);
  const goals = targets.map((target) => `build/fuzz/${target}`);
  const args = ['-s', '-f', 'scripts/fuzz/targets.mk', `-j${availableParallelism()}`, ...goals];
  const { status, stdout, stderr, error } = spawnSync('make', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) fail(`cannot run make: ${error.message}`);
  if (status !== 0) fail(`the fuzz targets do not compile:\n${stdout}${stderr}`);
}
