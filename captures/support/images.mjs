// What most scenarios do with images.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';

/** @typedef {import('dockerode')} Docker */

/**
 * @param {Record<string, string>} files contents by path
 * @returns {Readable} an archive of them, which belong to root
 */
export function archive(files) {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-archive-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const { stdout, stderr, status } = spawnSync('tar', ['-C', folder, '--owner=0', '--group=0', '-c', '.']);
    if (status !== 0) throw new Error(`tar failed: ${stderr}`);
    return Readable.from([stdout]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Waits for what the daemon does step by step: a build, a load, an import.
 *
 * @param {Docker} docker
 * @param {NodeJS.ReadableStream} progress
 * @returns {Promise<void>}
 */
export function finished(docker, progress) {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Another name for an image that the daemon has.
 *
 * @param {Docker} docker
 * @param {string} image
 * @param {string} name with its tag, and a registry if it is from one
 */
export async function tag(docker, image, name) {
  const colon = name.lastIndexOf(':');
  await docker.getImage(image).tag({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
}
