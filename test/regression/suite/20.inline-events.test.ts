import { describe, expect, it } from 'vitest';
import type { InlineEvent } from '#docktape/regression/suite.js';
import { problemsOf, suiteOf, withCase } from './support/suite-files.js';

/** The time of a first event that has none, in nanoseconds: 2000-01-01T00:00:00Z. */
const FIRST = BigInt(Date.UTC(2000, 0, 1)) * 1_000_000n;

function suiteText(events: string): string {
  return withCase(`events:\n${events.replace(/^(?=.)/gm, '  ')}\nexpect: none`);
}

function eventsOf(events: string): readonly InlineEvent[] {
  const [stream, ...others] = suiteOf(suiteText(events)).cases[0]?.streams ?? [];
  if (stream?.kind !== 'inline' || others.length > 0) throw new Error('it is not one inline stream');
  return stream.events;
}

describe('events that are mappings', () => {
  it("are written as Docker's JSON, with the members in their order", () => {
    const written =
      '- {Type: container, Action: start, Actor: {ID: c0ffee, Attributes: {name: web, image: "nginx:1"}}, scope: local, ' +
      'time: 5, timeNano: 5000000001, status: start, id: c0ffee, from: "nginx:1", HealthStatus: healthy}';
    expect(eventsOf(written)).toEqual([
      {
        ts: 5_000_000_001n,
        payload:
          '{"Type":"container","Action":"start","Actor":{"ID":"c0ffee","Attributes":{"name":"web","image":"nginx:1"}},' +
          '"scope":"local","time":5,"timeNano":5000000001,"status":"start","id":"c0ffee","from":"nginx:1",' +
          '"HealthStatus":"healthy"}',
      },
    ]);
  });

  it('keep all digits of their times', () => {
    expect(eventsOf('- {timeNano: 1714564800123456789}\n- {timeNano: 9223372036854775807, time: 1}')).toEqual([
      { ts: 1714564800123456789n, payload: '{"timeNano":1714564800123456789}' },
      { ts: 9223372036854775807n, payload: '{"timeNano":9223372036854775807,"time":1}' },
    ]);
  });

  it('have their time in seconds when it is the only one', () => {
    expect(eventsOf('- {time: 1714564800}')).toEqual([{ ts: 1714564800_000_000_000n, payload: '{"time":1714564800}' }]);
  });

  it('get a time when they have none: a second more for each event before', () => {
    expect(eventsOf('- {Action: a}\n- {timeNano: 7}\n- {Action: b}')).toEqual([
      { ts: FIRST, payload: '{"Action":"a","time":946684800,"timeNano":946684800000000000}' },
      { ts: 7n, payload: '{"timeNano":7}' },
      { ts: FIRST + 2_000_000_000n, payload: '{"Action":"b","time":946684802,"timeNano":946684802000000000}' },
    ]);
  });

  it('have their context last, wherever it is written', () => {
    const context =
      '{host: {name: web-1}, container: {privileged: true, user: root, cap_add: [SYS_ADMIN], mounts: [{rw: false}]}}';
    expect(eventsOf(`- {docktape: ${context}, Type: container, Action: start}\n- {docktape: {}, time: 3}`)).toEqual([
      {
        ts: FIRST,
        payload:
          '{"Type":"container","Action":"start","time":946684800,"timeNano":946684800000000000,"docktape":{' +
          '"host":{"name":"web-1"},"container":{"privileged":true,"user":"root","cap_add":["SYS_ADMIN"],"mounts":[{"rw":false}]}}}',
      },
      { ts: 3_000_000_000n, payload: '{"time":3,"docktape":{}}' },
    ]);
  });

  it('take attributes of any name, also those that objects of JavaScript have', () => {
    const names = `{__proto__: a, constructor: b, "": c, 12: d, "a~b/c": e, hasOwnProperty: f, é😀: "\\u0000\\n"}`;
    const [event] = eventsOf(`- {Actor: {Attributes: ${names}}}`);
    expect(event?.payload).toContain('"__proto__":"a"');
    const attributes = Object.entries(JSON.parse(event?.payload ?? '').Actor.Attributes);
    expect(new Map(attributes as [string, string][])).toEqual(
      new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['', 'c'],
        ['12', 'd'],
        ['a~b/c', 'e'],
        ['hasOwnProperty', 'f'],
        ['é😀', '\0\n'],
      ]),
    );
  });
});

describe('events that are lines', () => {
  it('are kept byte for byte', () => {
    const line =
      ' {"Type" : "container","Action":"start","x":1.50,"Action":"st\\u00e9é","timeNano":1714564800123456789}\t';
    expect(eventsOf(`- '${line}'`)).toEqual([{ ts: 1714564800123456789n, payload: line }]);
  });

  it('lose the newline that ends a block scalar, and no more', () => {
    expect(eventsOf('- |\n  {"time":3}\n- >-\n  {"time":4,\n  "x":1}')).toEqual([
      { ts: 3_000_000_000n, payload: '{"time":3}' },
      { ts: 4_000_000_000n, payload: '{"time":4, "x":1}' },
    ]);
  });

  it('get a time when they carry none that is usable, and stay as they are', () => {
    expect(eventsOf(`- '{"time":"1"}'\n- '{"timeNano":9223372036854775808}'\n- '{"timeNano":1.5}'`)).toEqual([
      { ts: FIRST, payload: '{"time":"1"}' },
      { ts: FIRST + 1_000_000_000n, payload: '{"timeNano":9223372036854775808}' },
      { ts: FIRST + 2_000_000_000n, payload: '{"timeNano":1.5}' },
    ]);
  });
});

describe('what is wrong with events', () => {
  it.each<[string, string, string]>([
    [
      'a number for a text',
      '- {Actor: {Attributes: {exitCode: 137}}}',
      '5:41 Docker sends this as a text: put quotes around 137',
    ],
    [
      'a boolean for a text',
      '- {Actor: {Attributes: {a: true}}}',
      '5:34 Docker sends this as a text: put quotes around true',
    ],
    ['nothing for a text', '- {Actor: {Attributes: {a: }}}', '5:31 Docker sends this as a text'],
    ['a list for a text', '- {Type: [container]}', '5:16 Docker sends this as a text'],
    ['an Actor that is a text', '- {Actor: c0ffee}', '5:17 Actor is a mapping with ID and Attributes'],
    ['Attributes that are a list', '- {Actor: {Attributes: [a]}}', '5:30 Attributes is a mapping of names to texts'],
    [
      'a member in lower case',
      '- {type: container}',
      "5:10 unknown key 'type'; did you mean Type?; an event has Type, Action, Actor, scope, time, timeNano, status, id, " +
        'from, HealthStatus, docktape',
    ],
    [
      'a context that is a text',
      '- {docktape: privileged}',
      '5:20 docktape is a mapping such as {container: {privileged: true}}',
    ],
    ['an attribute in the wrong place', '- {Actor: {name: web}}', "5:18 unknown key 'name'; Actor has ID, Attributes"],
    [
      'a time as a text',
      '- {time: "2024-05-01T12:00:00Z"}',
      '5:16 time is in whole seconds since 1970, at most 9223372036 of them',
    ],
    ['a negative time', '- {time: -1}', '5:16 time is in whole seconds since 1970, at most 9223372036 of them'],
    ['a time too late', '- {time: 9223372037}', '5:16 time is in whole seconds since 1970, at most 9223372036 of them'],
    [
      'nanoseconds with decimals',
      '- {timeNano: 1.5}',
      '5:20 timeNano is in whole nanoseconds since 1970, at most 9223372036854775807 of them',
    ],
    [
      'nanoseconds one beyond what Falco keeps',
      '- {timeNano: 9223372036854775808}',
      '5:20 timeNano is in whole nanoseconds since 1970, with all digits, at most 9223372036854775807',
    ],
    [
      'nanoseconds without their digits',
      '- {timeNano: 1.7e18}',
      '5:20 timeNano is in whole nanoseconds since 1970, with all digits, at most 9223372036854775807',
    ],
    ['a line that is no object', `- '[1]'`, '5:9 an event is a JSON object: {"Type":…}'],
    ['several lines', '- "{}\\n{}"', '5:9 an event is one line of JSON: this has several'],
    [
      'a number',
      '- 5',
      '5:9 an event is a mapping such as {Type: container, Action: start}, or a line of JSON as a text',
    ],
    [
      'an empty text',
      '- ""',
      '5:9 an event is a mapping such as {Type: container, Action: start}, or a line of JSON as a text',
    ],
    [
      'a list',
      '- []',
      '5:9 an event is a mapping such as {Type: container, Action: start}, or a line of JSON as a text',
    ],
  ])('%s', (_, events, problem) => {
    expect(problemsOf(suiteText(events))).toEqual([problem]);
  });

  it('a line that is not JSON', () => {
    const [problem, ...others] = problemsOf(suiteText(`- '{"Type":'`));
    expect(problem).toMatch(/^5:9 an event is one line of JSON, which this is not: /);
    expect(others).toEqual([]);
  });
});
