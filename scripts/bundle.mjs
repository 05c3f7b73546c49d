// Makes the archive that needs no Node, docktape-VERSION-linux-ARCH.tar.gz, in build/bundle/: `npm run bundle`.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pack } from './bundle/archive.mjs';
import { unpacked } from './bundle/download.mjs';
import { compileOwn, compileSqlite } from './bundle/native.mjs';
import { elfFiles, unportable } from './bundle/symbols.mjs';
import { arch, bundleName, sourceTime, workFolder } from './bundle/target.mjs';
import { layPrebuilt, layTree } from './bundle/tree.mjs';
import { fail, root } from './run.mjs';

/** @type {{ node: Record<string, import('./bundle/download.mjs').Pin>, re2: import('./bundle/download.mjs').Pin }} */
const pins = JSON.parse(readFileSync(new URL('bundle/pins.json', import.meta.url), 'utf8'));

const time = sourceTime();
const node = unpacked(/** @type {import('./bundle/download.mjs').Pin} */ (pins.node[arch]));
const re2 = unpacked(pins.re2);
const own = compileOwn(node, re2);
const sqlite = compileSqlite(node);

console.log('docktape: packing');
const bundle = join(workFolder, bundleName);
const archive = `${bundle}.tar.gz`;
rmSync(bundle, { recursive: true, force: true });
mkdirSync(bundle, { recursive: true });
layTree(bundle, { node, re2, own, sqlite });
const problems = elfFiles(bundle).flatMap(unportable);
if (problems.length > 0) fail(`the bundle would not run where it has to:\n${problems.join('\n')}`);
layPrebuilt(bundle);
pack(workFolder, bundleName, archive, time);
console.log(`docktape: ${relative(root, archive)}, ${megabytes(statSync(archive).size)}`);

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
