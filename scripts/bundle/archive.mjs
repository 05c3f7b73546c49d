import { spawnSync } from 'node:child_process';
import { closeSync, openSync, renameSync } from 'node:fs';
import { fail } from '../run.mjs';

/**
 * Packs a folder so that its names, contents and the given time decide every byte.
 *
 * @param {string} parent the folder that the folder is in
 * @param {string} name the folder's
 * @param {string} archive the path of the .tar.gz
 * @param {number} seconds the time of everything in it
 */
export function pack(parent, name, archive, seconds) {
  const order = ['--sort=name', '--format=gnu', `--mtime=@${seconds}`, '--owner=0', '--group=0', '--numeric-owner'];
  // Folders take the umask of who made them.
  const command = `set -e; umask 022; tar --create --mode=u=rwX,go=rX ${order.join(' ')} -C "$1" "$2" | gzip -9n > "$3"`;
  const partial = `${archive}.partial`;
  closeSync(openSync(partial, 'w'));
  const { status, stderr } = spawnSync('sh', ['-c', command, 'sh', parent, name, partial], {
    env: { ...process.env, LC_ALL: 'C', GZIP: '' },
    encoding: 'utf8',
  });
  if (status !== 0) fail(`packing ${archive} failed: ${stderr}`);
  renameSync(partial, archive);
}
