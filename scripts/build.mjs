// Builds everything into build/ (native) and dist/ (TypeScript): `npm run build`.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fail, root, run } from './run.mjs';

const gyp = process.env.npm_config_node_gyp;
if (!gyp) fail('the build needs the node-gyp that npm brings: run it as `npm run build`');

// gyp lists the sources when it configures, so a new file needs that step as much as a changed binding.gyp does.
run(process.execPath, [gyp, 'configure', '--loglevel=warn']);
run(process.execPath, [gyp, 'build', `-j${availableParallelism()}`, '--loglevel=warn']);
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json']);
if (existsSync(`${root}bench/main.ts`)) {
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.bench.json']);
}
writeLauncher();
chmodSync(`${root}dist/cli.js`, 0o755);
writeFileSync(`${root}build/built`, process.version);

/**
 * The source host's executable, beside the library, where the library looks for it. It names the Node that the build ran
 * under, because better-sqlite3 was compiled for that one and Falco's PATH may have another or none.
 */
function writeLauncher() {
  const path = `${root}build/Release/docktape-host`;
  const quote = (/** @type {string} */ text) => `'${text.replaceAll("'", `'\\''`)}'`;
  writeFileSync(path, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(`${root}dist/source/main.js`)} "$@"\n`);
  chmodSync(path, 0o755);
}
