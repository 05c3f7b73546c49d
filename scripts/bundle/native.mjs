import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nativeInputs } from '../native-sources.mjs';
import { root } from '../run.mjs';
import { gypBuild, keyOf, madeOnce, nameless, step } from './compile.mjs';
import { workFolder } from './target.mjs';

/**
 * libdocker.so, plugin_host.node and match.node so that they run on other systems than this one: what is no part of every
 * glibc system is linked statically.
 *
 * @param {string} node the unpacked Node
 * @param {string} re2Sources the unpacked package `re2`
 * @returns {string} the folder with the three
 */
export function compileOwn(node, re2Sources) {
  return gypBuild({
    from: root,
    inputs: nativeInputs,
    to: join(workFolder, 'native'),
    node,
    targets: ['docker', 'plugin_host', 'match'],
    variables: { re2_library: compileRe2(re2Sources), re2_sources: join(re2Sources, 'vendor') },
  });
}

/**
 * RE2 to link statically, from the sources that the npm package `re2` carries; its binding.gyp says which of them it takes.
 * Systems have RE2 in many versions, or have none.
 *
 * @param {string} sources the unpacked package
 * @returns {string} the path of libre2.a
 */
function compileRe2(sources) {
  const folder = join(workFolder, 're2');
  const makefile = join(root, 'scripts/bundle/re2.mk');
  const flags = { CXXFLAGS: nameless(sources).join(' ') };
  madeOnce(folder, keyOf([makefile, join(sources, 'package.json')], flags), () => {
    console.log('docktape: compiling RE2');
    const listed = readFileSync(join(sources, 'binding.gyp'), 'utf8').matchAll(/"vendor\/([^"]+\.cc)"/g);
    const names = Array.from(listed, ([, name = '']) => name).filter((name) => !/win32|_win[.]/.test(name));
    const variables = [`SOURCES=${names.join(' ')}`, `VENDOR=${join(sources, 'vendor')}`];
    step(folder, 'make', ['-s', '-f', makefile, `-j${availableParallelism()}`, ...variables], flags);
  });
  return join(folder, 'libre2.a');
}

/**
 * better-sqlite3's addon for the bundle's Node. It uses V8 itself, so it fits no other.
 *
 * @param {string} node the unpacked Node
 * @returns {string} the path of better_sqlite3.node
 */
export function compileSqlite(node) {
  const compiled = gypBuild({
    from: join(root, 'node_modules/better-sqlite3'),
    inputs: ['binding.gyp', 'deps', 'src', 'package.json'],
    to: join(workFolder, 'sqlite'),
    node,
    targets: ['better_sqlite3'],
    flags: ['-O2'],
  });
  return join(compiled, 'better_sqlite3.node');
}
