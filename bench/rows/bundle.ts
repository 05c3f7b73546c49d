import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { arch } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docktapeVersion } from '#docktape/capture/version.js';
import { type Bench, median } from '../bench.js';
import { NotMeasured, type Row } from '../row.js';
import { openToFirst } from './replay.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const name = `docktape-${docktapeVersion}-linux-${arch()}`;
const archive = join(root, 'build/bundle', `${name}.tar.gz`);

/** A row about the bundle; without one it says how to come by one. */
function bundleRow(row: Omit<Row, 'measure'>, measure: (bench: Bench) => Promise<number>): Row {
  const missing = `there is no ${relative(root, archive)}: make it with \`npm run bundle\``;
  return { ...row, measure: async (bench) => (existsSync(archive) ? measure(bench) : new NotMeasured(missing)) };
}

/** The folder of the bundle, unpacked. */
function unpacked({ folder }: Bench): string {
  const to = join(folder, 'bundle');
  mkdirSync(to);
  execFileSync('tar', ['-xzf', archive, '-C', to]);
  return join(to, name);
}

function bytesIn(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

export const bundleArchive: Row = bundleRow(
  { name: 'bundle-archive', title: 'bundle: the archive', unit: 'MB' },
  async () => statSync(archive).size / 1e6,
);

export const bundleUnpacked: Row = bundleRow(
  { name: 'bundle-unpacked', title: 'bundle: unpacked', unit: 'MB' },
  async (bench) => bytesIn(bench.once(unpacked)) / 1e6,
);

export const bundleOpen: Row = bundleRow(
  {
    name: 'bundle-open',
    title: 'bundle: open to the first event of a replay',
    unit: 'ms',
    target: { atMost: 150 },
  },
  (bench) => median(() => openToFirst(bench, join(bench.once(unpacked), 'plugins/libdocker.so'))),
);
