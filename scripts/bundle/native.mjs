import { cpSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { gypBuild, keyOf, madeOnce, nameless, step } from './compile.mjs';
import { workFolder } from './target.mjs';

const scripts = ['compile.mjs', 'native.mjs', 'pins.json', 're2.mk'].map((name) => join(root, 'scripts/bundle', name));

/**
 * RE2 as a library to link statically, from the sources that the npm package `re2` carries; its binding.gyp says which of
 * them it takes. Systems have RE2 in many versions and under many names, or have none.
 *
 * @param {string} sources the unpacked package
 * @returns {string} a folder with libre2.a
 */
export function compileRe2(sources) {
  const folder = join(workFolder, 're2');
  madeOnce(folder, keyOf(...scripts), () => {
    console.log('docktape: compiling RE2');
    const listed = readFileSync(join(sources, 'binding.gyp'), 'utf8').matchAll(/"vendor\/([^"]+\.cc)"/g);
    const names = Array.from(listed, ([, name = '']) => name).filter((name) => !/win32|_win[.]/.test(name));
    const makefile = join(root, 'scripts/bundle/re2.mk');
    const variables = [`SOURCES=${names.join(' ')}`, `VENDOR=${join(sources, 'vendor')}`];
    step(folder, 'make', ['-s', '-f', makefile, `-j${availableParallelism()}`, ...variables], {
      CXXFLAGS: nameless(sources).join(' '),
    });
  });
  return folder;
}

/**
 * libdocker.so, plugin_host.node and match.node so that they run on other systems than this one: what is no part of every
 * glibc system is linked statically. They are compiled in a copy, because node-gyp builds where the sources are.
 *
 * @param {string} node the unpacked Node
 * @param {string} re2Sources the unpacked package `re2`
 * @returns {string} the folder with the three
 */
export function compileOwn(node, re2Sources) {
  const re2 = compileRe2(re2Sources);
  const folder = join(workFolder, 'native');
  const inputs = ['native', 'binding.gyp', 'package.json', 'node_modules/node-addon-api'];
  madeOnce(folder, keyOf(...inputs.map((name) => join(root, name)), ...scripts), () => {
    console.log('docktape: compiling libdocker.so and the addons');
    for (const name of inputs) cpSync(join(root, name), join(folder, name), { recursive: true, dereference: true });
    gypBuild(folder, {
      node,
      targets: ['docker', 'plugin_host', 'match'],
      variables: { re2_library: join(re2, 'libre2.a'), re2_sources: join(re2Sources, 'vendor') },
    });
  });
  return join(folder, 'build/Release');
}

/**
 * better-sqlite3's addon for the bundle's Node. It uses V8 itself, so it fits no other.
 *
 * @param {string} node the unpacked Node
 * @returns {string} the path of better_sqlite3.node
 */
export function compileSqlite(node) {
  const folder = join(workFolder, 'sqlite');
  const from = join(root, 'node_modules/better-sqlite3');
  const inputs = ['binding.gyp', 'deps', 'src', 'package.json'];
  madeOnce(folder, keyOf(...inputs.map((name) => join(from, name)), ...scripts), () => {
    console.log('docktape: compiling SQLite');
    for (const name of inputs) cpSync(join(from, name), join(folder, name), { recursive: true });
    gypBuild(folder, { node, targets: ['better_sqlite3'] });
  });
  return join(folder, 'build/Release/better_sqlite3.node');
}
