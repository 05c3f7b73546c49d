import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** The version that the bundle has: package.json's. */
export const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as { version: string };

/** The name of the archive without its ending, and of the folder in it. */
export const bundleName = `docktape-${version}-linux-${process.arch}`;

/** The time of the files in the bundle, in seconds since 1970: the commit's; any where the checkout came without its history. */
export function sourceTime(): string {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: checkout, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : '1700000000';
}

/** The archive that DOCKTAPE_BUNDLE names; without it the bundle is made from the checkout. */
export function bundleArchive(): string {
  const named = process.env.DOCKTAPE_BUNDLE;
  if (named) return named;
  const env = { ...process.env, SOURCE_DATE_EPOCH: sourceTime() };
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'bundle'], { cwd: checkout, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`npm run bundle ended with ${status}:\n${stdout}${stderr}`);
  return join(checkout, 'build/bundle', `${bundleName}.tar.gz`);
}

/**
 * Makes a bundle of another version from an unpacked one: the same programs, but the folder and the library are named for it.
 * The name in the library is as long as before, so that it can be changed in place.
 */
export function asAnotherVersion(bundle: string, to: string): string {
  const other = version.replace(/\d$/, (digit) => (digit === '9' ? '8' : '9'));
  cpSync(bundle, to, { recursive: true });
  renameSync(join(to, `plugins/docktape-${version}`), join(to, `plugins/docktape-${other}`));
  const library = join(to, 'plugins/libdocker.so');
  const bytes = readFileSync(library);
  const name = Buffer.from(`docktape-${version}/docktape-host`);
  const at = bytes.indexOf(name);
  if (at < 0 || bytes.indexOf(name, at + 1) >= 0) throw new Error('libdocker.so does not name its host once');
  bytes.write(`docktape-${other}`, at);
  writeFileSync(library, bytes);
  return other;
}

/** The programs and libraries below a folder: files that begin as ELF does. */
export function elfFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .filter((path) => readFileSync(join(folder, path)).subarray(0, 4).toString('latin1') === '\x7fELF')
    .sort();
}

/** The bytes of all files below a folder. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}
