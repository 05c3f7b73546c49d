import { spawnSync } from 'node:child_process';
import { fail } from './run.mjs';

/**
 * @typedef {object} Need something that must be on the machine
 * @property {string} what what it is, for people
 * @property {string} debian the Debian package that brings it
 * @property {() => boolean} has whether it is there
 */

/**
 * Installs what is missing. Ends the process with the command to run when it cannot.
 *
 * @param {Need[]} needs
 * @param {(install: () => void) => void} around does the installing, with whatever has to stand around it
 */
export function installMissing(needs, around = (install) => install()) {
  const missing = needs.filter((need) => !need.has());
  if (missing.length === 0) return;
  const packages = missing.map((need) => need.debian);
  const what = missing.map((need) => need.what).join(', ');
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    fail(`${what} missing: run \`sudo apt-get install -y ${packages.join(' ')}\` (or your system's packages of them)`);
  }
  console.log(`docktape: installing ${what}`);
  aptGet(['update']);
  around(() => aptGet(['install', '-y', '--no-install-recommends', ...packages]));
  const still = missing.filter((need) => !need.has());
  if (still.length > 0) {
    fail(`${still.map((need) => need.debian).join(', ')} installed, but ${still[0]?.what} is still not found`);
  }
}

/** @param {string[]} args */
export function aptGet(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) fail(`\`apt-get ${args.join(' ')}\` failed:\n${stderr || stdout}`);
}

/** @param {string[]} programs whether all of them can be run by name */
export function onPath(...programs) {
  return programs.every(
    (program) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0,
  );
}
