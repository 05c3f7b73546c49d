import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from '../run.mjs';

if (process.platform !== 'linux') fail(`a bundle is made on Linux, and this is ${process.platform}`);
if (process.arch !== 'x64' && process.arch !== 'arm64') {
  fail(`there is no bundle for ${process.arch}: make it on a machine with an x64 or arm64 processor`);
}
if (/\s/.test(root)) fail(`make knows no names with blanks: move the checkout from ${root} to a path without any`);

/** The processor that the bundle is for: the one it is made on. */
export const arch = process.arch;

/** @type {{ version: string }} */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The name of the archive, less `.tar.gz`, and of the one folder in it. */
export const bundleName = `docktape-${version}-linux-${arch}`;

/** Everything that making a bundle leaves behind: what was downloaded and compiled, the unpacked bundle, the archive. */
export const workFolder = join(root, 'build/bundle');

/**
 * The time that every file of the bundle has, in seconds: SOURCE_DATE_EPOCH, else that of the commit. So the same commit
 * gives the same bytes on another day.
 */
export function sourceTime() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) {
    if (/^\d{1,11}$/.test(given)) return Number(given);
    fail(`SOURCE_DATE_EPOCH is ${JSON.stringify(given)}, and has to be a number of seconds since 1970`);
  }
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) fail('no commit to take the time of the files from: set SOURCE_DATE_EPOCH to seconds since 1970');
  return Number(stdout.trim());
}
