import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, readSettings } from '#docktape/falco/settings.js';
import { Format } from '#docktape/rules/condition.js';
import { alertJson } from '#docktape/rules/output/alert-json.js';
import { alertText } from '#docktape/rules/output/alert-text.js';
import { clockTime, dateTime } from '#docktape/rules/output/time.js';
import { isoTime } from '#docktape/time.js';
import { engineOf, rule, type TestOptions } from './load-rules.js';
import { TEST_ORIGIN, TestBatch, type TestEvent } from './test-batch.js';

const EVENT: TestEvent = {
  'docker.action': 'start',
  'docker.name': 'na\xc3\xafve',
  'docker.code': 18_446_744_073_709_551_615n,
  'docker.took': 1_500_000_000n,
  'docker.readonly': false,
  'docker.args': ['a', 'b'],
  'docker.attributes[team]': 'x',
};

function format(text: string, event: TestEvent = EVENT): string {
  return Format.compile(text, TEST_ORIGIN).texts(new TestBatch([event]))[0] as string;
}

function alertOf(output: string, options: TestOptions = {}, event: TestEvent = EVENT, more = {}) {
  const keys = { output: JSON.stringify(output), ...more };
  const [alert] = engineOf(rule('R', 'docker.action exists', keys), options).evaluate(new TestBatch([event]));
  if (!alert) throw new Error('the rule is silent');
  return alert;
}

function jsonOf(output: string, options: TestOptions = {}, event?: TestEvent): string {
  return alertJson(alertOf(output, options, event), { ...DEFAULT_SETTINGS.jsonMembers, ...options.jsonMembers });
}

const zone = process.env.TZ;
afterEach(() => {
  process.env.TZ = zone;
});

describe('output formats', () => {
  it('fill in fields, with <NA> for what is absent', () => {
    expect(format('%docker.action of %docker.name: %docker.path')).toBe('start of na\u00efve: <NA>');
    expect(format('%docker.attributes[team]/%docker.attributes[none]')).toBe('x/<NA>');
    expect(format('%docker.code %docker.took %docker.readonly %docker.args')).toBe(
      '18446744073709551615 1500000000 false (a,b)',
    );
  });

  it('take the longest readable name', () => {
    expect(format('%docker.action.and more')).toBe('start.and more');
    expect(format('%docker.action%docker.action|%docker.action:')).toBe('startstart|start:');
    expect(format('%docker.action[x')).toBe('start[x');
  });

  it('join lists as Falco does: no comma before anything is there, and 1,023 bytes in all', () => {
    expect(format('%docker.args', { 'docker.args': ['', '', 'a', '', 'b'] })).toBe('(a,,b)');
    expect(format('%docker.args', { 'docker.args': ['x'.repeat(600), 'y'.repeat(600)] })).toBe(
      `(${'x'.repeat(600)},${'y'.repeat(421)}`,
    );
  });

  it.each<[address: readonly number[], text: string]>([
    [[127, 0, 0, 1], '127.0.0.1'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '::1'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], '::'],
    [[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa, 0, 0, 0], 'fe80::a00:0'],
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8:0:1::1'],
    [[0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6], '1:0:2:0:3:4:5:6'],
    [[0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0, 0, 0], '1:2:3:4:5:6::'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 7], '::ffff:10.0.0.7'],
    [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 7], '::10.0.0.7'],
  ])('write addresses as inet_ntop does: %s', (address, text) => {
    const event = { 'docker.peer': String.fromCharCode(...address) };
    expect(format('%docker.peer', event)).toBe(text);
  });

  it('pad and cut to a width', () => {
    expect(format('%8docker.action|%2docker.action|')).toBe('start   |st|');
    expect(format('%6docker.path|')).toBe('<NA>  |');
  });

  it('transform', () => {
    expect(format('%toupper(docker.action) %len(docker.name) %concat(docker.action, "/", docker.action)')).toBe(
      'START 6 start/start',
    );
    expect(format('%tolower(docker.path)')).toBe('<NA>');
  });

  it('drop a star at the start', () => {
    expect(format('*%docker.path end')).toBe('<NA> end');
  });

  it('select events by a mask', () => {
    const batch = new TestBatch([EVENT, { 'docker.action': 'die' }, EVENT]);
    expect(Format.compile('%evt.num %docker.action', TEST_ORIGIN).texts(batch, Uint8Array.of(0, 1, 1))).toEqual([
      '2 die',
      '3 start',
    ]);
  });
});

describe('times', () => {
  const time = 1_700_000_005_000_000_038n;

  it('have all nine digits', () => {
    process.env.TZ = 'UTC';
    expect(clockTime(time, true)).toBe('22:13:25.000000038');
    expect(clockTime(time, false)).toBe('22:13:25');
    expect(dateTime(time, true)).toBe('2023-11-14 22:13:25.000000038');
    expect(isoTime(time, '+0000')).toBe('2023-11-14T22:13:25.000000038+0000');
    expect(isoTime(0n, 'Z')).toBe('1970-01-01T00:00:00.000000000Z');
  });

  it('follow TZ as it was at that time, but for ISO 8601', () => {
    process.env.TZ = 'Europe/Berlin';
    expect(dateTime(time, false)).toBe('2023-11-14 23:13:25');
    expect(dateTime(1_690_000_000_000_000_000n, false)).toBe('2023-07-22 06:26:40');
    process.env.TZ = 'Asia/Kolkata';
    expect(clockTime(time, true)).toBe('03:43:25.000000038');
    expect(isoTime(time, '+0000')).toBe('2023-11-14T22:13:25.000000038+0000');
  });

  it('count on from the first event modulo 2^64, when an event is older', () => {
    const batch = new TestBatch([EVENT, EVENT]);
    batch.times[1] = (batch.times[0] as bigint) - 2n;
    const texts = Format.compile('%evt.reltime %evt.reltime.s', TEST_ORIGIN).texts(batch);
    expect(texts).toEqual(['000000000 0', '18446744073709551614 18446744073']);
  });

  it('print every event time field', () => {
    process.env.TZ = 'UTC';
    expect(
      format('%evt.time %evt.time.s|%evt.datetime|%evt.datetime.s|%evt.rawtime.s %evt.rawtime.ns %evt.reltime'),
    ).toBe(
      '22:13:20.000000001 22:13:20|2023-11-14 22:13:20.000000001|2023-11-14 22:13:20|1700000000 000000001 000000000',
    );
  });
});

describe('alerts as text', () => {
  it('are one line: time, priority, message', () => {
    process.env.TZ = 'UTC';
    expect(alertText(alertOf('n=%docker.name'))).toBe('22:13:20.000000001: Warning n=na\u00efve');
    expect(alertText(alertOf('n=%docker.name', { timeFormatIso8601: true }))).toBe(
      '2023-11-14T22:13:20.000000001+0000: Warning n=na\u00efve',
    );
  });

  it('escape control characters, so that an event cannot forge a line', () => {
    const event = { 'docker.action': 'a\n22:13:20: Critical b\x1b[2J\x7f "q" \\ \xc2\x9b\t' };
    expect(alertText(alertOf('%docker.action', {}, event))).toMatch(
      /: Warning a\\n22:13:20: Critical b\\u001b\[2J\\u007f "q" \\ \\u009b\\t$/,
    );
  });
});

describe('alerts as JSON', () => {
  it("have Falco's keys in alphabetical order, and numbers digit by digit", () => {
    process.env.TZ = 'UTC';
    expect(jsonOf('%docker.code %docker.path %docker.readonly %docker.args %docker.took')).toBe(
      '{"hostname":"host","output":"22:13:20.000000001: Warning 18446744073709551615 <NA> false (a,b) 1500000000",' +
        '"output_fields":{"docker.args":["a","b"],"docker.code":18446744073709551615,"docker.path":null,' +
        '"docker.readonly":false,"docker.took":1500000000,"evt.time":1700000000000000001},' +
        '"priority":"Warning","rule":"R","source":"docker","tags":[],"time":"2023-11-14T22:13:20.000000001Z"}',
    );
  });

  it('add the event number when there is a capture', () => {
    expect(jsonOf('x', { eventNumber: (number) => number + 41 })).toMatch(/^\{"event":42,"hostname":"host",/);
  });

  it('escape as JSON, and replace bytes that are no text', () => {
    const json = JSON.parse(
      jsonOf('%docker.name', {}, { 'docker.action': 'x', 'docker.name': 'a"\\\n\x01\xff\xc3\xa9' }),
    );
    expect(json.output_fields['docker.name']).toBe('a"\\\n\u0001\ufffd\u00e9');
  });

  it('leave out transformed fields, not those they are made of', () => {
    const fields = JSON.parse(jsonOf('%toupper(docker.action) %len(tolower(docker.path))')).output_fields;
    expect(fields).toEqual({ 'docker.action': 'start', 'docker.path': null, 'evt.time': expect.any(Number) });
  });

  it('name the time field by its format', () => {
    expect(jsonOf('x', { timeFormatIso8601: true })).toContain(
      '"output_fields":{"evt.time.iso8601":1700000000000000001}',
    );
  });

  it('give times as nanoseconds', () => {
    expect(jsonOf('%evt.time.s %evt.rawtime.ns %evt.num')).toContain(
      '{"evt.num":1,"evt.rawtime.ns":1,"evt.time":1700000000000000001,"evt.time.s":1700000000000000001}',
    );
  });

  it('have the members that the settings include', () => {
    const jsonMembers = { output: false, outputFields: false, tags: false, message: true };
    expect(Object.keys(JSON.parse(jsonOf('x', { jsonMembers })))).toEqual([
      'hostname',
      'message',
      'priority',
      'rule',
      'source',
      'time',
    ]);
  });
});

describe('append_output', () => {
  const { settings } = readSettings({
    options: [
      'append_output=[{match: {source: docker, tags: [t]}, extra_output: "on %evt.hostname", extra_fields: [docker.code, {who: "%docker.name!"}]}, {match: {rule: Other}, extra_output: never}]',
    ],
  });

  it('adds text and fields to the rules that it is for', () => {
    const alert = alertOf('x', settings, EVENT, { tags: '[s, t]' });
    expect(alert.message).toBe('x on host');
    expect([...alert.fields.keys()].sort()).toEqual(['docker.code', 'evt.hostname', 'evt.time', 'who']);
    expect(alert.fields.get('who')).toBe('na\xc3\xafve!');
    expect(alertOf('x', settings).message).toBe('x');
  });
});
