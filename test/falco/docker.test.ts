import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
