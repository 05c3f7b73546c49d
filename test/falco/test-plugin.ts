import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const source = fileURLToPath(new URL('test_plugin.c', import.meta.url));
const native = fileURLToPath(new URL('../../native', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'docktape-plugin-'));
afterAll(() => rmSync(folder, { recursive: true }));

let libraries = 0;

/**
 * Compiles test_plugin.c.
 *
 * @param macros definitions such as `API_VERSION="9.0.0"`
 * @returns the library's path
 */
export function compileTestPlugin(...macros: string[]): string {
  libraries += 1;
  const path = join(folder, `libtest${libraries}.so`);
  const options = ['-std=gnu11', '-Wall', '-Werror', '-shared', '-fPIC', '-fvisibility=hidden', `-I${native}`];
  execFileSync('cc', [...options, ...macros.map((macro) => `-D${macro}`), '-o', path, source]);
  return path;
}
