import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from '../run.mjs';
import { productionPackages } from './production.mjs';

/** How the file with a package's licence is named. */
export const licenceFile = /^((un)?licen[cs]e|copying|notice)\b/i;

const gccNote = `libstdc++ and libgcc, parts of the GNU Compiler Collection, are linked statically into libdocker.so and, without libgcc,
into the addons (*.node). They are under the GNU General Public License, version 3, with the GCC Runtime Library Exception,
version 3.1 (https://www.gnu.org/licenses/gcc-exception-3.1.html), which gives permission to propagate a work that is made by
combining them with independent modules under terms of one's choice.`;

const sqliteNote = `SQLite is compiled into better_sqlite3.node. Its authors have dedicated it to the public domain
(https://sqlite.org/copyright.html).`;

/**
 * The text of THIRD-PARTY-NOTICES: what is in the bundle that docktape did not write, with the licence of each.
 *
 * @param {{ node: string, re2: string }} folders the unpacked packages of Node and RE2
 */
export function notices({ node, re2 }) {
  const sections = [
    ['Node.js', text(join(node, 'LICENSE'))],
    ['RE2', text(join(re2, 'vendor/re2/LICENSE'))],
    ['Abseil', text(join(re2, 'vendor/abseil-cpp/LICENSE'))],
    ['RapidJSON', rapidJson()],
    [`SQLite ${sqliteVersion()}`, sqliteNote],
    ['The GNU C++ runtime', gccNote],
    ...packageSections(),
  ];
  const rule = '='.repeat(120);
  const body = sections.map(([title, licence]) => `${rule}\n${title}\n${rule}\n\n${licence}\n`);
  return `docktape comes with the following, each under the licence that stands below it.\n\n${body.join('\n')}`;
}

/** One section for each licence text, which many packages share word for word. */
function packageSections() {
  /** @type {Map<string, string[]>} */
  const packages = new Map();
  // Compiled into the addons, so it is in the bundle without its folder.
  for (const folder of [...productionPackages(), 'node_modules/node-addon-api']) {
    const { name, version } = JSON.parse(text(join(root, folder, 'package.json')));
    const licence = licenceOf(join(root, folder));
    packages.set(licence, [...(packages.get(licence) ?? []), `${name} ${version}`]);
  }
  return Array.from(packages, ([licence, names]) => [names.join('\n'), licence]);
}

/** @param {string} folder a package's */
function licenceOf(folder) {
  const files = readdirSync(folder)
    .filter((name) => licenceFile.test(name))
    .sort();
  if (files.length > 0) return files.map((name) => text(join(folder, name))).join('\n\n');
  const { license, author } = JSON.parse(text(join(folder, 'package.json')));
  if (typeof license !== 'string') return fail(`${folder} says nowhere what licence it is under`);
  const by = typeof author === 'string' ? author : author?.name;
  return `Its package states "license": "${license}"${by ? ` and "author": "${by}"` : ''}, and carries no text of the licence.`;
}

/** RapidJSON is compiled into libdocker.so, from the system's headers. */
function rapidJson() {
  const path = '/usr/share/doc/rapidjson-dev/copyright';
  if (!existsSync(path)) {
    return fail(
      `no ${path}, which has RapidJSON's licence: install Debian's or Ubuntu's rapidjson-dev with its documentation`,
    );
  }
  return text(path);
}

function sqliteVersion() {
  const header = text(join(root, 'node_modules/better-sqlite3/deps/sqlite3/sqlite3.h'));
  return /#define SQLITE_VERSION\s+"([\d.]+)"/.exec(header)?.[1] ?? fail('better-sqlite3 has no SQLite with a version');
}

/** @param {string} path */
function text(path) {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
}
