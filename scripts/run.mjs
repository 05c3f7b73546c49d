import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The project's root folder, with a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program in the project's root with its output shown, and ends this process with 2 when it fails.
 *
 * @param {string} program
 * @param {string[]} args
 */
export function run(program, args) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error) fail(`cannot run ${program}: ${error.message}`);
  if (status !== 0)
    fail(`\`${[program, ...args].join(' ')}\` ${signal ? `was ended by ${signal}` : `exited with ${status}`}`);
}

/**
 * One line on standard error, then exit code 2.
 *
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(`docktape: ${message}`);
  process.exit(2);
}
