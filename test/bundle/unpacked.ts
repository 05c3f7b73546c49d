import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bundleArchive, bundleName, version } from '../real/support/bundle.js';

/** A folder of this test file's own, with a blank in its name, removed after it. */
export const folder = mkdtempSync(join(tmpdir(), 'docktape bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The unpacked bundle, and in it the folder of its version. Nothing is installed. */
export interface Unpacked {
  readonly archive: string;
  readonly bundle: string;
  readonly home: string;
}

/** Unpacks the bundle, making it first unless DOCKTAPE_BUNDLE names one. */
export function unpack(): Unpacked {
  const archive = bundleArchive();
  const into = join(folder, 'unpacked');
  mkdirSync(into);
  execFileSync('tar', ['-xzf', archive, '-C', into]);
  const bundle = join(into, bundleName);
  return { archive, bundle, home: join(bundle, 'plugins', `docktape-${version}`) };
}
