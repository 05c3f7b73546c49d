// Makes the artifacts that `falcoctl registry push` publishes, from bundles: `node scripts/falcoctl-artifacts.mjs [BUNDLE…]`.
// Without arguments from those in build/bundle. packaging/falcoctl/README.md describes what comes out, and for whom.
//
// The facts are from falcoctl 0.13: pkg/oci (media types, the JSON of the config layer), cmd/registry/push (options),
// internal/utils/extract.go (which archives it unpacks), and from falcosecurity/plugins, build/registry (names, requirements).
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { fail, root, run } from './run.mjs';

/** falcoctl's names of platforms are Go's. */
const platforms = { x64: 'linux/amd64', arm64: 'linux/arm64' };

const usage = 'usage: node scripts/falcoctl-artifacts.mjs [--output DIR] [BUNDLE.tar.gz…]';

/**
 * The JSON of an artifact's config layer, as falcoctl writes and reads it.
 *
 * @typedef {object} ArtifactConfig
 * @property {string} name
 * @property {string} version
 * @property {{ name: string, version: string }[]} [dependencies]
 * @property {{ name: string, version: string }[]} [requirements]
 */

const { output, bundles } = readArguments();
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const unpacked = mkdtempSync(join(tmpdir(), 'docktape-falcoctl-'));
process.once('exit', () => rmSync(unpacked, { recursive: true, force: true }));
rmSync(output, { recursive: true, force: true });

const plugin = pluginConfig();
const plugins = bundles.map((bundle) => packPlugin(bundle));
const rules = rulesConfig();
const ruleset = packRules();
writeConfig('plugin/docker', plugin);
writeConfig('ruleset/docker', rules);
writePush();
console.log(`docktape: ${[...plugins, ruleset].map(({ file }) => join(output, file)).join(', ')}`);

/** @returns {{ output: string, bundles: string[] }} */
function readArguments() {
  const options = /** @type {const} */ ({ output: { type: 'string', default: `${root}build/falcoctl` } });
  let read;
  try {
    read = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    fail(`${error instanceof Error ? error.message : error}; ${usage}`);
  }
  const bundles = read.positionals.length > 0 ? read.positionals : builtBundles(`${root}build/bundle`);
  if (bundles.length === 0) fail('there is no bundle in build/bundle: run `npm run bundle`, or name one');
  return { output: resolve(read.values.output), bundles: bundles.map((bundle) => resolve(bundle)) };
}

/** @param {string} folder */
function builtBundles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('docktape-') && name.endsWith('.tar.gz'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The plugin's artifact has the plugin's own version, which is what rules ask for and falcoctl compares.
 *
 * @returns {ArtifactConfig}
 */
function pluginConfig() {
  const identity = readFileSync(`${root}native/plugin/identity.h`, 'utf8');
  const constant = (/** @type {string} */ name) => {
    const value = new RegExp(`${name}\\[\\] = "([^"]*)"`).exec(identity)?.[1];
    return value ?? fail(`native/plugin/identity.h has no ${name}`);
  };
  return {
    name: constant('kName'),
    version: constant('kVersion'),
    requirements: [{ name: 'plugin_api_version', version: constant('kRequiredApiVersion') }],
  };
}

/**
 * What the rules file says of itself, as falcoctl reads it off a rules file. The rules change with every release.
 *
 * @returns {ArtifactConfig}
 */
function rulesConfig() {
  /** @type {Record<string, any>[]} */
  const entries = parse(readFileSync(`${root}rules/docker_rules.yaml`, 'utf8'));
  const header = Object.assign({}, ...entries);
  return {
    name: `${plugin.name}-rules`,
    version,
    dependencies: header.required_plugin_versions,
    requirements: [{ name: 'engine_version_semver', version: header.required_engine_version }],
  };
}

/** @param {string} bundle */
function packPlugin(bundle) {
  const [, found, arch = ''] = /^docktape-(.+)-linux-(x64|arm64)\.tar\.gz$/.exec(basename(bundle)) ?? [];
  if (!found) fail(`${bundle} is not named docktape-VERSION-linux-ARCH.tar.gz`);
  if (found !== version) fail(`${bundle} is not of version ${version}, which this is: run \`npm run bundle\``);
  if (!existsSync(bundle)) fail(`${bundle} does not exist: run \`npm run bundle\``);
  run('tar', ['--extract', '--gzip', '--file', bundle, '--directory', unpacked]);
  const folder = join(unpacked, basename(bundle, '.tar.gz'));
  const home = `docktape-${version}`;
  // The artifact is all that its users get, and unpacks straight into the folder of all plugins.
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES']) {
    checkNames(join(folder, name));
    copyFileSync(join(folder, name), join(folder, 'plugins', home, name));
  }
  const platform = platforms[/** @type {keyof typeof platforms} */ (arch)];
  const file = `plugin/docker/${plugin.name}-${plugin.version}-${platform.replace('/', '-')}.tar.gz`;
  // falcoctl makes folders only for the entries of folders; tar writes each before what is in it.
  pack(file, join(folder, 'plugins'), ['libdocker.so', home]);
  return { file, platform };
}

function packRules() {
  const file = `ruleset/docker/${rules.name}-${rules.version}.tar.gz`;
  pack(file, `${root}rules`, ['docker_rules.yaml']);
  return { file };
}

/**
 * Packs what is in a folder the same way each time: sorted, without owners, with the times of files taken away.
 *
 * @param {string} file the archive, relative to the output
 * @param {string} folder
 * @param {string[]} names
 */
function pack(file, folder, names) {
  for (const name of names) checkNames(join(folder, name));
  mkdirSync(join(output, file, '..'), { recursive: true });
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  // Two names of one file would become a link, which falcoctl refuses.
  const args = ['--create', '--hard-dereference', ...same, '--use-compress-program=gzip --no-name'];
  run('tar', [...args, '--file', join(output, file), '--directory', folder, ...names]);
}

/**
 * falcoctl unpacks nothing but files and folders, and no name that holds two dots in a row.
 *
 * @param {string} path
 */
function checkNames(path) {
  const status = lstatSync(path, { throwIfNoEntry: false }) ?? fail(`${path} is missing: run \`npm run bundle\``);
  if (basename(path).includes('..')) fail(`${path} has two dots in a row: falcoctl would refuse it`);
  if (status.isDirectory()) for (const name of readdirSync(path)) checkNames(join(path, name));
  else if (!status.isFile()) fail(`${path} is neither a file nor a folder: falcoctl would refuse it`);
}

/**
 * @param {string} folder
 * @param {ArtifactConfig} config
 */
function writeConfig(folder, config) {
  writeFileSync(join(output, folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** falcoctl makes the config layer from options, so they say what config.json says. */
function writePush() {
  const push = 'falcoctl registry push "$@" --add-floating-tags --tag latest';
  const options = (/** @type {ArtifactConfig} */ { name, version, requirements = [], dependencies = [] }) => [
    ...['--name', name, '--version', version],
    ...requirements.flatMap((item) => ['--requires', `${item.name}:${item.version}`]),
    ...dependencies.flatMap((item) => ['--depends-on', `${item.name}:${item.version}`]),
  ];
  const files = plugins.flatMap(({ file, platform }) => [file, '--platform', platform]);
  const lines = [
    '#!/bin/sh',
    '# Publishes the artifacts of this folder: sh push.sh REGISTRY/PATH [more options of falcoctl registry push]',
    'set -eu',
    `reference=\${1:?usage: sh push.sh REGISTRY/PATH}`,
    'shift',
    'cd "$(dirname "$0")"',
    `${push} --type plugin ${options(plugin).join(' ')} "$reference/plugin/docker" ${files.join(' ')}`,
    `${push} --type rulesfile ${options(rules).join(' ')} "$reference/ruleset/docker" ${ruleset.file}`,
  ];
  writeFileSync(join(output, 'push.sh'), `${lines.join('\n')}\n`);
  chmodSync(join(output, 'push.sh'), 0o755);
}
