import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../run.mjs';

/**
 * The newest version of each library's symbols that the bundle may need: those of RHEL 9, the oldest system it is for. Ubuntu
 * 22.04 and Debian 12 have newer ones.
 *
 * @type {Record<string, string>}
 */
const newest = { GLIBC: '2.34', GLIBCXX: '3.4.29', CXXABI: '1.3.13', GCC: '7.0.0' };

/** The libraries of glibc. */
const glibc = /^(libc\.so\.6|libm\.so\.6|libdl\.so\.2|libpthread\.so\.0|ld-linux-(x86-64\.so\.2|aarch64\.so\.1))$/;

/**
 * What else a file may be linked to. Falco loads libdocker.so, and may come without a C++ library or with another one; the
 * addons are loaded by Node only, which is itself linked to both of GCC's.
 *
 * @type {Record<string, string[]>}
 */
const alsoLinked = { node: ['libstdc++.so.6', 'libgcc_s.so.1'], 'libdocker.so': [], other: ['libgcc_s.so.1'] };

/**
 * @param {string} path of an ELF file
 * @returns {string[]} what keeps it from running on the oldest system that the bundle is for, one line each
 */
export function unportable(path) {
  const name = basename(path);
  const allowed = alsoLinked[name] ?? alsoLinked.other ?? [];
  const libraries = Array.from(read('-d', path).matchAll(/\(NEEDED\).*\[(.+)\]/g), ([, library = '']) => library);
  const foreign = libraries.filter((library) => !glibc.test(library) && !allowed.includes(library));
  return [
    ...foreign.map((library) => `${name} is linked to ${library}`),
    ...neededVersions(path)
      .filter(isTooNew)
      .map((version) => `${name} needs ${version}${forSymbols(path, version)}`),
  ];
}

/** @param {string} folder @returns {string[]} the paths of the ELF files below it */
export function elfFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isElf)
    .sort();
}

/** @param {string} path */
function isElf(path) {
  const file = openSync(path, 'r');
  const magic = Buffer.alloc(4);
  readSync(file, magic, 0, 4, 0);
  closeSync(file);
  return magic.toString('latin1') === '\x7fELF';
}

/** The dynamic linker refuses a file for these, whether or not a symbol has them. @param {string} path */
function neededVersions(path) {
  const [, needs = ''] = read('-V', path).split('Version needs section');
  return Array.from(needs.matchAll(/Name: (\S+) {2}Flags/g), ([, version = '']) => version);
}

/** @param {string} version such as GLIBC_2.34; others, such as GLIBC_PRIVATE, are no promise of any system's */
function isTooNew(version) {
  const [, library = '', number = ''] = /^([A-Z]+)_([\d.]+)$/.exec(version) ?? [];
  const limit = newest[library];
  if (limit === undefined) return true;
  return number.localeCompare(limit, 'en', { numeric: true }) > 0;
}

/** @param {string} path @param {string} version */
function forSymbols(path, version) {
  const symbols = read('--dyn-syms', path).matchAll(/ UND (\S+)@(\S+)/g);
  const names = Array.from(symbols).flatMap(([, name, its]) => (its === version ? [name] : []));
  return names.length > 0 ? ` for ${names.join(', ')}` : '';
}

/** @param {string} what @param {string} path */
function read(what, path) {
  const { status, stdout, stderr, error } = spawnSync('readelf', ['-W', what, path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 2 ** 28,
  });
  if (error || status !== 0) fail(`cannot read ${path}: ${error?.message ?? stderr}`);
  return stdout;
}
