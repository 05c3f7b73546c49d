import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { docktape, docktapeLines } from './support/cli.js';
import { sysdig } from './support/sysdig.js';

interface Field {
  readonly name: string;
  readonly arg?: { readonly isRequired?: boolean };
}

const captures = fileURLToPath(new URL('../../captures', import.meta.url));
const shipped = readdirSync(captures)
  .filter((name) => name.endsWith('.db'))
  .map((name) => join(captures, name));

const keys = ['name', 'image', 'exitCode', 'signal', 'execID', 'container', 'driver', 'destination', 'team', 'nosuch'];
const times = ['evt.num', 'evt.time', 'evt.rawtime'];
const separator = ' ~ ';

const fields = (JSON.parse(docktape('fields', '--json')) as Field[]).flatMap(({ name, arg }) =>
  arg?.isRequired ? keys.map((key) => `${name}[${key}]`) : [name],
);
const columns = [...times, ...fields];
const format = columns.map((field) => `%${field}`).join(separator);

/** What has a value on some event. */
const present = new Set<string>();

const folder = mkdtempSync(join(tmpdir(), 'docktape-scap-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there are captures and fields to compare', () => {
  expect(shipped.length).toBeGreaterThanOrEqual(3);
  expect(fields).toContain('docker.attributes[name]');
  expect(fields.length).toBeGreaterThanOrEqual(40);
});

describe.each(shipped.map((path) => [basename(path), path]))('%s', (name, path) => {
  test('sysdig prints every field and time as show does', () => {
    const ours = docktapeLines('show', path, '--format', format);
    const { lines, stderr } = sysdig({ openParams: `capture:${path}`, format });
    expect(lines, stderr).toEqual(ours);
    const rows = ours.map((line) => line.split(separator));
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      expect(row[columns.indexOf('docker.time')]).toBe(row[columns.indexOf('evt.rawtime')]);
    }
    for (const [index, field] of columns.entries()) if (rows.some((row) => row[index] !== '<NA>')) present.add(field);
    const absent = rows.flat().filter((value) => value === '<NA>').length;
    console.log(`${name}: ${rows.length} events × ${columns.length} columns equal, ${absent} values absent in both`);
  });

  test('the fields are the same on events that sysdig reads back from a .scap file', () => {
    const scap = join(folder, `${name}.scap`);
    const written = sysdig({ openParams: `capture:${path}`, args: ['-w', scap], bind: [folder] });
    const { lines, stderr } = sysdig({ scap, format, bind: [folder] });
    expect(lines, stderr).toEqual(sysdig({ openParams: `capture:${path}`, format }).lines);
    // While it writes, sysdig shows the progress that the plugin reports.
    expect(written.stderr).toContain(`100.00% (${lines.length} of ${lines.length} events)`);
  });
});

test('every field has a value somewhere, but for those of swarms, health checks and newer daemons', () => {
  const without = columns.filter((field) => !present.has(field));
  const elsewhere = /^docker\.(swarm|node|stack|health|image\.digest|container\.duration|attributes\[nosuch\])/;
  expect(without.filter((field) => !elsewhere.test(field))).toEqual([]);
});
