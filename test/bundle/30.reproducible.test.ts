import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleArchive, bundleName, sourceTime } from '../real/support/bundle.js';
import { projectPath } from '../support/docktape.js';

const place = mkdtempSync(join(tmpdir(), 'docktape-another-checkout-'));
afterAll(() => rmSync(place, { recursive: true }));

/**
 * The second bundle is compiled anew as a whole, RE2 and SQLite included, because any compiler can put the name of a folder
 * into its output: some minutes. Only what was downloaded is taken over, which is checked for its hash each time.
 */
test('the same sources in another folder, under another user’s habits, give the same bytes', () => {
  const first = bundleArchive();
  const left = new Set(['.git', 'build', 'captures', 'coverage', 'dist', 'node_modules', 'test']);
  for (const name of readdirSync(projectPath('')).filter((name) => !left.has(name)))
    cpSync(projectPath(name), join(place, name), { recursive: true });
  symlinkSync(projectPath('node_modules'), join(place, 'node_modules'));
  mkdirSync(join(place, 'build/bundle'), { recursive: true });
  cpSync(projectPath('build/bundle/downloads'), join(place, 'build/bundle/downloads'), { recursive: true });

  const env = {
    ...process.env,
    SOURCE_DATE_EPOCH: sourceTime(),
    TZ: 'Asia/Tokyo',
    LC_ALL: 'C.UTF-8',
    CFLAGS: '-g',
    CXXFLAGS: '-g',
    GZIP: '-1',
    NODE_OPTIONS: '',
  };
  // npm gives scripts its node-gyp; `setup`, which `npm run bundle` begins with, has nothing to do with what is packed.
  const script = 'umask 077 && npm exec --offline -c "node scripts/bundle.mjs"';
  const { status, stderr, stdout } = spawnSync('sh', ['-c', script], { cwd: place, env, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);

  const second = join(place, 'build/bundle', `${bundleName}.tar.gz`);
  expect(contents(second)).toEqual(contents(first));
  expect(hash(second)).toBe(hash(first));
}, 1_800_000);

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The hash of each file in an archive, so that a failure names the file that differs. */
function contents(archive: string): string[] {
  const command = `sha256sum | sed "s|-|$TAR_FILENAME|"`;
  return execFileSync('tar', ['-xzf', archive, `--to-command=${command}`], { encoding: 'utf8' }).split('\n');
}
