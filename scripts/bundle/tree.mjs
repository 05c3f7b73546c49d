import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { bundledCommandLauncher, bundledHostLauncher } from '../launchers.mjs';
import { nativeSources } from '../native-sources.mjs';
import { root, run } from '../run.mjs';
import { step } from './compile.mjs';
import { licenceFile, notices } from './notices.mjs';
import { productionPackages } from './production.mjs';
import { arch, version, workFolder } from './target.mjs';

/** What Node loads. Everything else of a package is for people and for compilers. */
const loaded = new Set(['.js', '.cjs', '.mjs', '.json']);

/** Folders of packages in which nothing is loaded; and those of packages that are compiled, besides. */
const unused = new Set(['node_modules', 'test', 'tests', 'docs', 'example', 'examples', 'benchmark']);
const unusedWhenCompiled = new Set(['build', 'deps', 'src']);

/**
 * Lays out the bundle.
 *
 * @param {string} bundle the folder, which is empty
 * @param {{ node: string, re2: string, own: string, sqlite: string }} parts the unpacked Node, the unpacked package `re2`, the
 *   folder of what is compiled of docktape, better_sqlite3.node
 */
export function layTree(bundle, { node, re2, own, sqlite }) {
  const home = join(bundle, 'plugins', `docktape-${version}`);
  for (const name of ['LICENSE', 'CHANGELOG.md']) put(join(root, name), join(bundle, name));
  const readme = readFileSync(join(root, 'scripts/bundle/README.template.md'), 'utf8');
  write(join(bundle, 'README.md'), readme.replaceAll('VERSION', version));
  write(join(bundle, 'THIRD-PARTY-NOTICES'), notices({ node, re2 }));
  put(join(root, 'rules/docker_rules.yaml'), join(bundle, 'rules/docker_rules.yaml'));
  put(join(root, 'packaging/install.sh'), join(bundle, 'install.sh'), 0o755);
  putAll(join(root, 'packaging/installer'), join(bundle, 'installer'), () => true);
  putAll(join(root, 'packaging/systemd'), join(bundle, 'systemd'), () => true);

  program(join(own, 'libdocker.so'), join(bundle, 'plugins/libdocker.so'));
  for (const name of ['plugin_host.node', 'match.node']) program(join(own, name), join(home, 'build/Release', name));
  program(join(node, 'bin/node'), join(home, 'bin/node'));
  write(join(home, 'docktape'), bundledCommandLauncher, 0o755);
  write(join(home, 'docktape-host'), bundledHostLauncher, 0o755);
  layScripts(join(home, 'dist'));
  put(join(root, 'docs/suite.schema.json'), join(home, 'docs/suite.schema.json'));
  layPackage(home);
  for (const folder of productionPackages()) layDependency(join(root, folder), join(home, folder));
  program(sqlite, join(home, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node'));
  write(join(bundle, 'falco/docktape.yaml'), falcoConfiguration(home));
}

/** What the command in the bundle prints for the places of an installation. @param {string} home */
function falcoConfiguration(home) {
  const args = ['config', '--library', '/usr/share/falco/plugins/libdocker.so'];
  return step(home, join(home, 'docktape'), args);
}

/** Compiled anew, because dist/ keeps the output of sources that are gone. @param {string} to */
function layScripts(to) {
  const out = join(workFolder, 'dist');
  const options = ['--declaration', 'false', '--sourceMap', 'false', '--outDir', out];
  run('rm', ['-rf', out]);
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.json'), ...options]);
  putAll(out, to, () => true);
}

/** What Node and docktape read of package.json at run time. @param {string} home */
function layPackage(home) {
  const whole = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, description, license, type, engines } = whole;
  write(
    join(home, 'package.json'),
    `${JSON.stringify({ name, version, description, license, type, engines }, null, 2)}\n`,
  );
}

/**
 * @param {string} from a package's folder
 * @param {string} to
 */
function layDependency(from, to) {
  const isCompiled = existsSync(join(from, 'binding.gyp'));
  putAll(from, to, (name, isFolder) => {
    if (name.startsWith('.')) return false;
    if (isFolder) return !unused.has(name) && !(isCompiled && unusedWhenCompiled.has(name));
    return loaded.has(extname(name)) || licenceFile.test(name);
  });
}

/**
 * @param {string} from
 * @param {string} to
 * @param {(name: string, isFolder: boolean) => boolean} wanted
 */
function putAll(from, to, wanted) {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!wanted(entry.name, entry.isDirectory())) continue;
    if (entry.isDirectory()) putAll(join(from, entry.name), join(to, entry.name), wanted);
    else put(join(from, entry.name), join(to, entry.name));
  }
}

/** A program or a library, without what only a debugger reads. @param {string} from @param {string} to */
function program(from, to) {
  put(from, to, 0o755);
  step(dirname(to), 'strip', ['--strip-all', '--remove-section=.comment', basename(to)]);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {number} mode
 */
function put(from, to, mode = 0o644) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, mode);
}

/**
 * @param {string} path
 * @param {string} text
 * @param {number} mode
 */
function write(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/**
 * Puts what is compiled of docktape where `npm pack` finds it.
 *
 * @param {string} bundle the folder with the bundle
 */
export function layPrebuilt(bundle) {
  const to = join(root, 'build/prebuilt');
  rmSync(to, { recursive: true, force: true });
  const home = join(bundle, 'plugins', `docktape-${version}`);
  putAll(join(home, 'build/Release'), join(to, `linux-${arch}`), () => true);
  put(join(bundle, 'plugins/libdocker.so'), join(to, `linux-${arch}`, 'libdocker.so'));
  write(join(to, 'sources'), nativeSources());
}
