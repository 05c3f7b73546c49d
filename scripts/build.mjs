// Builds everything into build/ (native) and dist/ (TypeScript): `npm run build`.
import { chmodSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildNeeds } from './build-needs.mjs';
import { buildStamp } from './build-stamp.mjs';
import { installMissing } from './packages.mjs';
import { fail, root, run } from './run.mjs';

const gyp = process.env.npm_config_node_gyp;
if (!gyp) fail('the build needs the node-gyp that npm brings: run it as `npm run build`');

installMissing(buildNeeds);
// gyp lists the sources when it configures, so a new file needs that step as much as a changed binding.gyp does.
run(process.execPath, [gyp, 'configure', '--loglevel=warn']);
run(process.execPath, [gyp, 'build', `-j${availableParallelism()}`, '--loglevel=warn']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json']);
writeLauncher();
chmodSync(`${root}dist/cli.js`, 0o755);
writeFileSync(`${root}build/built`, buildStamp());

/**
 * The source host's executable, beside the library, where the library looks for it. It names the Node that the build ran
 * under, because better-sqlite3 was compiled for that one and Falco's PATH may have another or none. Young objects get
 * little room: lines live in buffers outside of the heap, and a larger one only makes the process larger.
 */
function writeLauncher() {
  const path = `${root}build/Release/docktape-host`;
  const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const command = `${quote(process.execPath)} --max-semi-space-size=2 ${quote(`${root}dist/source/main.js`)}`;
  writeFileSync(path, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(path, 0o755);
}
