// Builds everything into build/ (native) and dist/ (TypeScript): `npm run build`.
import { chmodSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { buildNeeds } from './build-needs.mjs';
import { buildStamp } from './build-stamp.mjs';
import { hostLauncher } from './launchers.mjs';
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
// Beside the library, where that looks for it. It names the Node that the build runs under, because better-sqlite3 was
// compiled for that one, and Falco's PATH may have another or none.
const host = `${root}build/Release/docktape-host`;
writeFileSync(host, hostLauncher(process.execPath, `${root}dist/source/main.js`));
for (const program of [host, `${root}dist/cli.js`]) chmodSync(program, 0o755);
writeFileSync(`${root}build/built`, buildStamp());
