import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import type { FieldRequest, FieldValue } from '#docktape/rules/event-batch.js';

/** The library that ships, driven as the embedded engine drives it. Its extractor has tests of its own. */
let plugin: LoadedPlugin;
beforeAll(() => {
  plugin = LoadedPlugin.load(libraryPath());
  plugin.init();
});
afterAll(() => plugin.destroy());

const die = {
  status: 'die',
  id: 'c0ffee',
  from: 'registry:5000/team/web:1.2',
  Type: 'container',
  Action: 'die',
  Actor: {
    ID: 'c0ffee',
    Attributes: { exitCode: '137', image: 'registry:5000/team/web:1.2', name: 'café', odd: 'a\u0000b' },
  },
  scope: 'local',
  time: 1_760_000_000,
};

function valuesOf(payloads: string[], request: FieldRequest): FieldValue[] {
  const events = payloads.map((payload, i) => ({
    ts: 1_760_000_000_123_456_789n + BigInt(i),
    payload: Buffer.from(payload),
  }));
  const [column] = plugin.wrap(events).extract([request]);
  return Array.from(column?.codes ?? [], (code) => column?.values[code]);
}

const bytes = (text: string) => Buffer.from(text).toString('latin1');

describe('libdocker.so in the addon', () => {
  it('says what rules for the Go plugin rely on', () => {
    expect(plugin.info).toMatchObject({ name: 'docker', id: 5, eventSource: 'docker', requiredApiVersion: '3.5.0' });
    expect(plugin.info.version).toMatch(/^0\./);
    expect(JSON.parse(plugin.initSchema ?? '')).toHaveProperty('properties.flushinterval');
  });

  it('offers the live source among its open params', () => {
    expect(plugin.openParams().map(({ value }) => value)).toContain('live');
  });

  it.each<[FieldRequest, FieldValue]>([
    [{ field: 'docker.action' }, 'die'],
    [{ field: 'docker.exitcode' }, 137n],
    [{ field: 'docker.time' }, 1_760_000_000_000_000_000n],
    [{ field: 'docker.from' }, 'registry:5000/team/web:1.2'],
    [{ field: 'docker.image.tag' }, '1.2'],
    [{ field: 'docker.attributes', arg: 'name' }, bytes('café')],
    [{ field: 'docker.attributes', arg: 'odd' }, bytes('a\ufffdb')],
    [{ field: 'docker.attributes', arg: 'none' }, undefined],
    [{ field: 'docker.volume.readonly' }, undefined],
  ])('extracts %o', (request, expected) => {
    expect(valuesOf([JSON.stringify(die)], request)).toEqual([expected]);
  });

  it('keeps events apart, also broken ones', () => {
    const start = { ...die, Action: 'start', Actor: { ID: 'beef', Attributes: {} } };
    const payloads = [JSON.stringify(die), '{"Type":', JSON.stringify(start), '', JSON.stringify(die)];
    expect(valuesOf(payloads, { field: 'docker.actor.id' })).toEqual([
      'c0ffee',
      undefined,
      'beef',
      undefined,
      'c0ffee',
    ]);
    expect(valuesOf(payloads, { field: 'docker.exitcode' })).toEqual([137n, undefined, undefined, undefined, 137n]);
  });

  it('never takes a new event for the one before it at the same place', () => {
    for (const name of ['aaa', 'bbb', 'ccc']) {
      const event = JSON.stringify({ ...die, Actor: { ID: name, Attributes: {} } });
      expect(valuesOf([event], { field: 'docker.actor.id' })).toEqual([name]);
    }
  });

  it('refuses unknown config by name', () => {
    const other = LoadedPlugin.load(libraryPath());
    expect(() => other.init('{"flush":1}')).toThrow(
      expect.objectContaining({ code: 'PLUGIN', message: expect.stringContaining('flush') }),
    );
  });

  it('fails to open a capture that is not there, with its name', async () => {
    await expect(plugin.open('capture:/nowhere/night.db')).rejects.toMatchObject({
      code: 'PLUGIN',
      message: expect.stringContaining('/nowhere/night.db'),
    });
  });
});

describe('a replay in the addon', () => {
  const count = 3000;
  const folder = mkdtempSync(join(tmpdir(), 'docktape-falco-'));
  const capture = join(folder, 'events.db');
  const payload = (i: number) => JSON.stringify({ ...die, Actor: { ID: `id${i}`, Attributes: {} }, time: i });

  beforeAll(async () => {
    const writer = await CaptureWriter.open(capture, { how: 'record' });
    const lines = Array.from({ length: count }, (_, i) => `${payload(i)}\n`).join('');
    writer.write({
      lines: Buffer.from(lines),
      times: BigInt64Array.from({ length: count }, (_, i) => BigInt(i)),
      count,
    });
    await writer.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Reads the capture to its end and gives back what it saw of each event. */
  async function read(reader: LoadedPlugin) {
    const seen: unknown[][] = [];
    for await (const batch of batches(reader, `capture:${capture}`)) {
      const [ids] = batch.extract([{ field: 'docker.actor.id' }]);
      for (let i = 0; i < batch.count; i++) {
        const id = ids?.values[ids.codes[i] as number];
        seen.push([batch.firstNumber + i, batch.times[i], id, batch.payload(i).toString()]);
      }
    }
    return seen;
  }

  const all = Array.from({ length: count }, (_, i) => [i + 1, BigInt(i), `id${i}`, payload(i)]);

  it('gives every event with its number, time and bytes', async () => {
    expect(await read(plugin)).toEqual(all);
  });

  it('begins anew with each open', async () => {
    expect(await read(plugin)).toEqual(await read(plugin));
  });

  it('may run in two states of the library at once', async () => {
    const other = LoadedPlugin.load(libraryPath());
    other.init();
    expect(await Promise.all([read(plugin), read(other)])).toEqual([all, all]);
    await other.destroy();
  });

  it('ends early when the source is closed early', async () => {
    for await (const batch of batches(plugin, `capture:${capture}`)) {
      expect(batch.firstNumber).toBe(1);
      break;
    }
    expect(await read(plugin)).toEqual(all);
  });
});
