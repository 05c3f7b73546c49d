import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Extraction, type Value } from './extraction.js';

let extraction: Extraction;
beforeAll(async () => {
  extraction = await Extraction.start();
});
afterAll(async () => extraction.loader.end());

describe('what stands in a JSON string', () => {
  test.each([
    ['escapes', '"a\\"b\\\\c\\/d\\b\\f\\n\\r\\te"', 'a"b\\c/d\b\f\n\r\te'],
    ["what Go's encoder escapes", '"\\u003c\\u003e\\u0026\\u2028\\u2029"', '<>&\u2028\u2029'],
    ['a surrogate pair', '"\\ud83d\\ude00"', '\u{1f600}'],
    ['UTF-8 of every length', '"é€😀"', 'é€😀'],
    ['a NUL, which would hide the rest from Falco', '"sh\\u0000 -c evil"', 'sh\ufffd -c evil'],
    ['only NULs', '"\\u0000\\u0000"', '\ufffd\ufffd'],
    ['a NUL after other escapes', '"\\u003c\\u0000\\u003e"', '<\ufffd>'],
    ['the text of an escape', '"\\\\u0000"', '\\u0000'],
    ['nothing', '""', ''],
  ])('%s', async (_, json, expected) => {
    const payload = `{"Actor":{"Attributes":{"k":${json}}},"Action":${json},"Type":"container"}`;
    expect(await extraction.one(payload, 'docker.attributes[k]')).toBe(expected);
    expect(await extraction.one(payload, 'docker.action')).toBe(expected === '' ? null : expected);
  });

  test('a NUL in a key', async () => {
    const payload = '{"Actor":{"Attributes":{"name\\u0000":"forged","name":"web"}}}';
    expect(await extraction.one(payload, 'docker.attributes[name]')).toBe('web');
    expect(await extraction.one(payload, 'docker.attributes[name\ufffd]')).toBe('forged');
  });

  test('bytes beside a NUL are left alone', async () => {
    const payload = '{"Actor":{"Attributes":{"a":"\\u0000","b":"b\\u0000","c":"c"},"ID":"d"}}';
    await extraction.event(payload);
    const names = ['docker.attributes[a]', 'docker.attributes[b]', 'docker.attributes[c]', 'docker.actor.id'];
    expect(await extraction.values(names)).toEqual(['\ufffd', 'b\ufffd', 'c', 'd']);
  });
});

describe('members of another shape than Docker gives them are absent', () => {
  test.each<[string, string, string, Value]>([
    ['of repeated keys the last counts', '{"Action":"a","Action":"b"}', 'docker.action', 'b'],
    ['also when it has another type', '{"Action":"a","Action":7}', 'docker.action', null],
    ['of repeated attributes the last', '{"Actor":{"Attributes":{"k":"1","k":"2"}}}', 'docker.attributes[k]', '2'],
    ['a number for a text', '{"Action":7}', 'docker.action', null],
    ['null', '{"Action":null}', 'docker.action', null],
    ['a list', '{"Action":["start"]}', 'docker.action', null],
    ['an object', '{"Action":{"Action":"start"}}', 'docker.action', null],
    ['an attribute that is a number', '{"Actor":{"Attributes":{"k":5}}}', 'docker.attributes[k]', null],
    ['an attribute that is an object', '{"Actor":{"Attributes":{"k":{"k":"x"}}}}', 'docker.attributes[k]', null],
    ['an Actor that is a text', '{"Actor":"x"}', 'docker.actor.id', null],
    ['Attributes that are a list', '{"Actor":{"Attributes":["k","v"],"ID":"i"}}', 'docker.actor.id', 'i'],
    [
      'members of the same name elsewhere',
      '{"x":{"Action":"no","Actor":{"ID":"no"}},"Action":"yes"}',
      'docker.action',
      'yes',
    ],
    ['an Actor elsewhere', '{"x":{"Actor":{"ID":"no"}}}', 'docker.actor.id', null],
    ['Attributes at the top', '{"Attributes":{"k":"no"}}', 'docker.attributes[k]', null],
    ['an ID among the attributes', '{"Actor":{"Attributes":{"ID":"no"},"ID":"yes"}}', 'docker.actor.id', 'yes'],
    ['keys of another case', '{"type":"no","Type":"yes"}', 'docker.type', 'yes'],
    [
      "docktape's own member",
      '{"Action":"a","docktape":{"Action":"no","list":[1,{"Action":"no"}]}}',
      'docker.action',
      'a',
    ],
    ['blanks around everything', ' \t{ "Action" :\r\n "a" } \n', 'docker.action', 'a'],
  ])('%s', async (_, payload, name, expected) => {
    expect(await extraction.one(payload, name)).toBe(expected);
  });
});

describe('broken JSON: every field is absent, and it is counted once', () => {
  const whole = '{"Type":"container","Action":"start","Actor":{"ID":"x","Attributes":{"image":"a"}}}';
  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['a part', whole.slice(0, -1)],
    ['text after the end', `${whole}x`],
    ['two values', `${whole}${whole}`],
    ['a list', `[${whole}]`],
    ['a text', '"start"'],
    ['a number', '5'],
    ['null', 'null'],
    ['a missing colon', '{"Action" "start"}'],
    ['JSON5', "{Action:'start',}"],
    ['a bare NUL after it', Buffer.from(`${whole}\0`)],
    ['a bare NUL inside', Buffer.from('{"Action":"sta\0rt"}')],
    ['a bare newline in a string', '{"Action":"sta\nrt"}'],
    ['a half surrogate pair', '{"Action":"\\ud83d"}'],
    ['the second half of one', '{"Action":"\\ude00"}'],
    ['half a pair in a key', '{"\\uDE00":1,"Action":"a"}'],
    ['half a pair where no field looks', '{"x":["\\udfff"],"Action":"a"}'],
    ['an unknown escape', '{"Action":"\\x41"}'],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"Action":"'), Buffer.from([0xff]), Buffer.from('"}')])],
    ['an overlong NUL', Buffer.concat([Buffer.from('{"Action":"a'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')])],
    ['a character that is cut', Buffer.concat([Buffer.from('{"Action":"'), Buffer.from([0xe2, 0x82])])],
    ['deep nesting', `{"Action":"a","x":${'['.repeat(100)}${']'.repeat(100)}}`],
    ['hostile nesting', `{"x":${'['.repeat(1_000_000)}`],
    ['hostile nesting of objects', '{"x":'.repeat(500_000)],
  ])('%s', async (_, payload) => {
    const before = await extraction.parseErrors();
    expect(await extraction.all(payload)).toEqual({});
    expect(await extraction.parseErrors()).toBe(before + 1);
  });

  test('the next event is not touched by it', async () => {
    await extraction.event('{"Action":"start"');
    await extraction.values(['docker.action']);
    expect(await extraction.all(whole)).toMatchObject({ 'docker.action': 'start', 'docker.actor.id': 'x' });
  });
});

test('an event of 3 MiB', async () => {
  const label = 'ü"\n'.repeat(600_000);
  const payload = JSON.stringify({
    Type: 'container',
    Action: 'start',
    Actor: { ID: 'i', Attributes: { label, name: 'n' } },
  });
  expect(payload.length).toBeGreaterThan(3 * 1024 * 1024 - 200_000);
  await extraction.event(payload);
  expect(await extraction.values(['docker.attributes[label]', 'docker.container.name'])).toEqual([label, 'n']);
});

test('an event with many attributes', async () => {
  const attributes = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, `v${i}`]));
  await extraction.event(JSON.stringify({ Actor: { Attributes: attributes } }));
  expect(await extraction.values(['docker.attributes[k0]', 'docker.attributes[k49999]'])).toEqual(['v0', 'v49999']);
});

describe('an event that is not ours is not read', () => {
  const payload = '{"Action":"start"}';

  test.each([
    ['of another plugin', 6, null],
    ['of ours', 5, 'start'],
    ['of nobody yet', 0, 'start'],
  ])('%s', async (_, id, expected) => {
    await extraction.event(payload, { id });
    expect(await extraction.values(['docker.action'])).toEqual([expected]);
  });

  let rawNumber = 1_000_000;

  /** An event's bytes with some numbers changed. */
  function raw(changes: { len?: number; type?: number; nparams?: number; first?: number; second?: number }): string {
    const { len = 38 + payload.length, type = 322, nparams = 2, first = 4, second = payload.length } = changes;
    const bytes = Buffer.alloc(38);
    bytes.writeBigUInt64LE(5n, 0);
    bytes.writeUInt32LE(len, 16);
    bytes.writeUInt16LE(type, 20);
    bytes.writeUInt32LE(nparams, 22);
    bytes.writeUInt32LE(first, 26);
    bytes.writeUInt32LE(second, 30);
    bytes.writeUInt32LE(5, 34);
    return Buffer.concat([bytes, Buffer.from(payload)]).toString('hex');
  }

  test.each<[string, Parameters<typeof raw>[0], string | null]>([
    ['whole', {}, 'start'],
    ['of another type', { type: 321 }, null],
    ['with another number of parameters', { nparams: 3 }, null],
    ['with an ID of another length', { first: 8 }, null],
    ['shorter than its header', { len: 10 }, null],
    ['whose payload would begin behind its end', { len: 37 }, null],
    ['whose payload would end behind its end', { second: payload.length + 1 }, null],
    ['whose payload claims 4 GiB', { second: 0xffffffff }, null],
  ])('%s', async (_, changes, expected) => {
    const before = await extraction.parseErrors();
    rawNumber += 1;
    await extraction.loader.do('raw', 1, rawNumber, raw(changes));
    expect(await extraction.values(['docker.action'], 1)).toEqual([expected]);
    expect(await extraction.parseErrors()).toBe(before);
  });
});

describe('the parsed event is kept for further fields, and told from every other', () => {
  const first = '{"Action":"first"}';
  const other = '{"Action":"other"}';

  test('asked for ten fields, it is parsed once', async () => {
    const before = await extraction.parseErrors();
    await extraction.event('broken');
    for (let i = 0; i < 10; i++) await extraction.values(['docker.action']);
    expect(await extraction.parseErrors()).toBe(before + 1);
  });

  test.each([
    ['by its number', { number: 2_000_001 }, {}],
    ['by its address', {}, { slot: 1 }],
    ['by its time', { ts: 6n }, {}],
  ])('%s', async (_, changes, { slot = 0 }: { slot?: number }) => {
    const identity = { number: 2_000_000, ts: 5n };
    await extraction.event(first, identity);
    expect(await extraction.values(['docker.action'])).toEqual(['first']);
    await extraction.event(other, { ...identity, ...changes, slot });
    expect(await extraction.values(['docker.action'], slot)).toEqual(['other']);
  });

  test('by its length', async () => {
    const identity = { number: 2_000_002, ts: 5n };
    await extraction.event(first, identity);
    await extraction.values(['docker.action']);
    await extraction.event('{"Action":"longer"}', identity);
    expect(await extraction.values(['docker.action'])).toEqual(['longer']);
  });

  test.each([
    ['open', ['open', 's', 'i', 'opened;hold']],
    ['next_batch', ['next', 's', 'i']],
    ['close', ['close', 's', 'i']],
  ])('and forgotten in %s, after which the same memory may hold another', async (name, command) => {
    const identity = { number: 2_000_100 + name.length, ts: 5n };
    await extraction.event(first, identity);
    expect(await extraction.values(['docker.action'])).toEqual(['first']);
    await extraction.loader.do(...command);
    await extraction.event(other, identity);
    expect(await extraction.values(['docker.action'])).toEqual(['other']);
  });
});

describe('event_to_string', () => {
  test('is the payload, as a C string', async () => {
    await extraction.event(Buffer.from('{"Action":"é"}\0end'));
    expect(await extraction.loader.do('tostring', 's', 0)).toEqual({ text: '{"Action":"é"}\ufffdend' });
  });

  test("is empty for an event of another plugin's", async () => {
    await extraction.event('{}', { id: 9 });
    expect(await extraction.loader.do('tostring', 's', 0)).toEqual({ text: '' });
  });
});
