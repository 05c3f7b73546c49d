import { describe, expect, it } from 'vitest';
import { captureParams, type OpenParams, parseOpenParams } from '#docktape/source/open-params.js';

const NOW = 1_700_000_000_000_000_000n;
const MINUTE = 60_000_000_000n;

function replay(path: string, others: Partial<Extract<OpenParams, { mode: 'replay' }>> = {}): OpenParams {
  return { mode: 'replay', path, selection: {}, speed: 'max', ...others };
}

describe('open params', () => {
  it.each<[string, OpenParams]>([
    ['', { mode: 'live', address: 'live' }],
    ['live', { mode: 'live', address: 'live' }],
    ['?', { mode: 'live', address: 'live' }],
    ['?since=10m', { mode: 'live', address: 'live', since: NOW - 10n * MINUTE }],
    ['live?since=1600000000.5', { mode: 'live', address: 'live', since: 1_600_000_000_500_000_000n }],
    ['unix:///run/docker.sock', { mode: 'live', address: 'unix:///run/docker.sock' }],
    ['unix:///run/my%20docker.sock', { mode: 'live', address: 'unix:///run/my docker.sock' }],
    ['unix:///run/a+b%3Fc.db', { mode: 'live', address: 'unix:///run/a+b?c.db' }],
    ['tcp://127.0.0.1:2375?since=1m', { mode: 'live', address: 'tcp://127.0.0.1:2375', since: NOW - MINUTE }],
    ['http://h:1', { mode: 'live', address: 'http://h:1' }],
    ['https://h', { mode: 'live', address: 'https://h' }],
    ['context:desktop-linux', { mode: 'live', address: 'context:desktop-linux' }],
    ['context:my.db', { mode: 'live', address: 'context:my.db' }],
    ['ssh://me@h', { mode: 'live', address: 'ssh://me@h' }],
    ['night.db', replay('night.db')],
    ['/var/lib/a b+c.db', replay('/var/lib/a b+c.db')],
    ['capture:/tmp/night', replay('/tmp/night')],
    ['capture:live', replay('live')],
    ['capture:unix://x', replay('unix://x')],
    ['capture:a%3Fb%25.db', replay('a?b%.db')],
    ['live.db', replay('live.db')],
    ['night.db?', replay('night.db')],
    ['night.db?speed=max', replay('night.db')],
    ['night.db?speed=1', replay('night.db', { speed: 1 })],
    ['night.db?speed=0.25', replay('night.db', { speed: 0.25 })],
    ['night.db?session=last', replay('night.db', { selection: { session: 'last' } })],
    ['night.db?session=12', replay('night.db', { selection: { session: 12 } })],
    ['night.db?%73ession=%6cast', replay('night.db', { selection: { session: 'last' } })],
    [
      'night.db?since=2m&until=1m&session=3&speed=10',
      replay('night.db', { selection: { since: NOW - 2n * MINUTE, until: NOW - MINUTE, session: 3 }, speed: 10 }),
    ],
    ['night.db?since=2023-11-14T23:13:20.5+01:00', replay('night.db', { selection: { since: NOW + 500_000_000n } })],
    ['night.db?since=1m&until=1m', replay('night.db', { selection: { since: NOW - MINUTE, until: NOW - MINUTE } })],
  ])("'%s'", (text, params) => {
    expect(parseOpenParams(text, NOW)).toEqual(params);
  });

  it.each<[string, string]>([
    ['night.sqlite', "'night.sqlite' is neither a daemon nor a capture: write live, unix://PATH, tcp://HOST:PORT"],
    ['Live', "'Live' is neither a daemon nor a capture"],
    ['file:///x.db', "'file:///x.db' is neither a daemon nor a capture"],
    ['/var/run/docker.sock', "'/var/run/docker.sock' is neither a daemon nor a capture"],
    ['capture:', "'capture:' names no capture: write capture:PATH"],
    ['capture:a%00b', 'a path cannot contain a NUL'],
    ['context:', "'context:' names no Docker context: write context:NAME"],
    ['100%.db', "'100%.db' has a % that begins no UTF-8 escape: write %25"],
    ['%ff.db', "'%ff.db' has a % that begins no UTF-8 escape"],
    ['live?until=1m', "the key 'until' is for a replay, not for live: known keys are since"],
    ['live?speed=1', "the key 'speed' is for a replay, not for live: known keys are since"],
    ['live?foo=1', "the key 'foo' is unknown: known keys are since"],
    ['night.db?foo=1', "the key 'foo' is unknown: known keys are since, until, session, speed"],
    ['night.db?SINCE=1m', "the key 'SINCE' is unknown"],
    ['night.db?since=1m&', "the key '' is unknown"],
    ['night.db?since', "the key 'since' has no value: write since=VALUE"],
    [
      'night.db?since=1m&since=2m',
      "the key 'since' is repeated: known keys, once each, are since, until, session, speed",
    ],
    ['night.db?since=', "since '' is not a time"],
    ['night.db?until=soon', "until 'soon' is not a time: write RFC 3339"],
    ['night.db?since=a=b', "since 'a=b' is not a time"],
    ['night.db?since=1m%', "'1m%' has a % that begins no UTF-8 escape"],
    ['night.db?since=1m?until=2m', "since '1m?until=2m' is not a time"],
    ['night.db?since=1m&until=2m', "since '1m' is later than until '2m'"],
    ['night.db?session=0', "session '0' is no session: write its number or last"],
    ['night.db?session=-1', "session '-1' is no session"],
    ['night.db?session=1.5', "session '1.5' is no session"],
    ['night.db?session=9999999999999999', "session '9999999999999999' is no session"],
    ['night.db?session=', "session '' is no session"],
    ['night.db?speed=0', "speed '0' is no speed: write max, or a factor"],
    ['night.db?speed=-1', "speed '-1' is no speed"],
    ['night.db?speed=fast', "speed 'fast' is no speed"],
    ['night.db?speed=1e3', "speed '1e3' is no speed"],
    ['night.db?speed=', "speed '' is no speed"],
  ])("'%s' is refused", (text, message) => {
    expect(() => parseOpenParams(text, NOW)).toThrow(
      expect.objectContaining({ code: 'OPEN_PARAMS', message: expect.stringContaining(`open params: ${message}`) }),
    );
  });
});

describe('the open params of a capture', () => {
  it.each(['night.db', '/tmp/a b/c+d?e&f=g%h#i.db', 'grüße 🐳', '%3F', 'capture:x', 'live'])(
    "for '%s' name it",
    (path) => {
      expect(parseOpenParams(captureParams(path), NOW)).toEqual(replay(path));
    },
  );

  it('carry the keys of a replay', () => {
    const text = captureParams('a?b', { since: '2023-11-14T23:13:20+01:00', session: 'last', speed: '2' });
    expect(text).toBe('capture:a%3Fb?since=2023-11-14T23%3A13%3A20%2B01%3A00&session=last&speed=2');
    expect(parseOpenParams(text, NOW)).toEqual(replay('a?b', { selection: { since: NOW, session: 'last' }, speed: 2 }));
  });
});
