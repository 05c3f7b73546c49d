import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, run } from '../run.mjs';
import { workFolder } from './target.mjs';

/**
 * @typedef {object} Pin a package of the npm registry, of which nothing is run
 * @property {string} package
 * @property {string} version
 * @property {string} integrity `sha512-` and the hash of its tarball in base64, as the registry states it
 */

/**
 * Unpacks a package, downloading it when it was not before.
 *
 * @param {Pin} pin
 * @returns {string} the folder with its files
 */
export function unpacked(pin) {
  const folder = join(workFolder, 'packages', `${pin.package}-${pin.version}`);
  if (existsSync(folder)) return folder;
  const archive = downloaded(pin);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  run('tar', ['-xzf', archive, '-C', partial, '--strip-components=1', '--no-same-owner']);
  renameSync(partial, folder);
  return folder;
}

/** @param {Pin} pin @returns {string} the path of its tarball, which is what the pin says */
function downloaded(pin) {
  const folder = join(workFolder, 'downloads');
  const archive = join(folder, `${pin.package}-${pin.version}.tgz`);
  if (existsSync(archive) && integrity(archive) === pin.integrity) return archive;
  const name = `${pin.package}@${pin.version}`;
  console.log(`docktape: downloading ${name}`);
  mkdirSync(folder, { recursive: true });
  const args = ['pack', name, '--pack-destination', folder, '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  if (error) fail(`cannot run npm: ${error.message}`);
  if (status !== 0) {
    const reason = stderr.trim() || `\`npm ${args.join(' ')}\` exited with ${status}`;
    fail(`${name} cannot be had from the npm registry; put its tarball at ${archive}, or try again:\n${reason}`);
  }
  const found = integrity(archive);
  if (found !== pin.integrity) {
    rmSync(archive);
    fail(`${name} is not the package that scripts/bundle/pins.json names: ${found} instead of ${pin.integrity}`);
  }
  return archive;
}

/** @param {string} path */
function integrity(path) {
  return `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
}
