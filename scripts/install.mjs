// What npm runs once it has unpacked the package: puts libdocker.so, the addons and the source host's launcher into
// build/Release/. Takes the compiled files that the package carries, or compiles where it carries none that run here.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileNeeds } from './build-needs.mjs';
import { hostLauncher } from './launchers.mjs';
import { fail, root, run } from './run.mjs';

const release = join(root, 'build/Release');
const shipped = join(root, 'build/prebuilt', `linux-${process.arch}`);

// A checkout has the sources, and is built by `npm run build`.
if (!existsSync(join(root, 'src'))) install();

function install() {
  if (runHere(shipped)) copyShipped();
  else compile();
  const host = join(release, 'docktape-host');
  writeFileSync(host, hostLauncher(process.execPath, join(root, 'dist/source/main.js')));
  chmodSync(host, 0o755);
}

/** Whether this system and this Node load what is in a folder. Tried in another process, which a crash would end. */
function runHere(/** @type {string} */ folder) {
  if (!existsSync(folder)) return false;
  const program = `
    const [folder] = process.argv.slice(1);
    require(folder + '/match.node');
    const { Plugin } = require(folder + '/plugin_host.node');
    new Plugin(folder + '/libdocker.so');`;
  const { status } = spawnSync(process.execPath, ['--eval', program, folder], { stdio: 'ignore' });
  return status === 0;
}

function copyShipped() {
  mkdirSync(release, { recursive: true });
  for (const name of readdirSync(shipped)) copyFileSync(join(shipped, name), join(release, name));
}

function compile() {
  const missing = compileNeeds.filter((need) => !need.has());
  if (missing.length > 0) {
    const what = missing.map((need) => need.what).join(', ');
    const packages = missing.map((need) => need.debian).join(' ');
    fail(
      `this package carries nothing compiled that runs here, and to compile it ${what} is missing: ` +
        `run \`apt-get install ${packages}\` (or your system's packages of them), or install docktape's archive, which needs no compiler`,
    );
  }
  const gyp = process.env.npm_config_node_gyp;
  if (!gyp) fail('compiling needs the node-gyp that npm brings: install with npm, or run `npm rebuild` in this folder');
  run(process.execPath, [gyp, 'rebuild', '--loglevel=warn']);
}
