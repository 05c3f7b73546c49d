import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docktape, docktapeLines } from './support/cli.js';
import { mergeShipped } from './support/shipped-capture.js';
import { sysdig } from './support/sysdig.js';

interface Field {
  readonly name: string;
  readonly arg?: { readonly isRequired?: boolean };
}

/** What keyed fields are asked for. */
const attributes = [
  'name',
  'image',
  'exitCode',
  'signal',
  'execID',
  'container',
  'driver',
  'destination',
  'team',
  'nosuch',
];
const keys: Readonly<Record<string, readonly string[]>> = {
  'docker.attributes': attributes,
  'docker.container.mount_rw': ['/var/run/docker.sock', '/etc', '/proc', '/nosuch'],
};
const times = ['evt.num', 'evt.time', 'evt.rawtime'];
const separator = ' ~ ';

const fields = (JSON.parse(docktape('fields', '--json')) as Field[]).flatMap(({ name, arg }) =>
  arg?.isRequired ? (keys[name] ?? []).map((key) => `${name}[${key}]`) : [name],
);
const columns = [...times, ...fields];
const format = columns.map((field) => `%${field}`).join(separator);

const folder = mkdtempSync(join(tmpdir(), 'docktape-fields-'));
let capture: string;
let printed: readonly string[];
beforeAll(() => {
  capture = mergeShipped(folder);
  const { lines, stderr } = sysdig({ openParams: `capture:${capture}`, format, bind: [folder] });
  if (lines.length === 0) throw new Error(stderr);
  printed = lines;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are events and fields to compare', () => {
  expect(printed.length).toBeGreaterThan(500);
  for (const name of Object.keys(keys))
    expect(
      fields.some((field) => field.startsWith(`${name}[`)),
      name,
    ).toBe(true);
  expect(fields.length).toBeGreaterThanOrEqual(70);
});

test('sysdig prints every field and time as show does', () => {
  const ours = docktapeLines('show', capture, '--format', format);
  expect(printed).toEqual(ours);
  const rows = ours.map((line) => line.split(separator));
  for (const row of rows) {
    expect(row).toHaveLength(columns.length);
    expect(row[columns.indexOf('docker.time')]).toBe(row[columns.indexOf('evt.rawtime')]);
  }
  const absent = rows.flat().filter((value) => value === '<NA>').length;
  console.log(`${rows.length} events × ${columns.length} columns equal, ${absent} values absent in both`);
});

test('the fields are the same on events that sysdig reads back from a .scap file', () => {
  const scap = join(folder, 'shipped.scap');
  const written = sysdig({ openParams: `capture:${capture}`, args: ['-w', scap], bind: [folder] });
  const { lines, stderr } = sysdig({ scap, format, bind: [folder] });
  expect(lines, stderr).toEqual(printed);
  // While it writes, sysdig shows the progress that the plugin reports.
  expect(written.stderr).toContain(`100.00% (${lines.length} of ${lines.length} events)`);
});

test('every field has a value somewhere, but for those of swarms, registries and newer daemons', () => {
  const rows = printed.map((line) => line.split(separator));
  const without = columns.filter((_, index) => rows.every((row) => row[index] === '<NA>'));
  const elsewhere =
    /^docker\.(swarm|node|stack|image\.digest|container\.(duration|image_digests)|.*\[(nosuch|\/nosuch)\])/;
  expect(without.filter((field) => !elsewhere.test(field))).toEqual([]);
});
