import { describe, expect, it } from 'vitest';
import { parseRequest } from '#docktape/source/request.js';

const good = {
  version: 2,
  params: 'live',
  daemon: 'retry',
  queueBytes: 1024,
  logLevel: 'info',
  skip: 0,
  now: 0,
  enrichTimeout: null,
  resume: null,
};

const resume = {
  reason: 'Falco opened the source again',
  wantedFrom: '1700000000123456789',
  endedAt: '9223372036854775807',
  delivered: ['00000000248bfa47', '2fa826cd00000000'],
};

describe('the request of the plugin', () => {
  it('is read', () => {
    expect(parseRequest(JSON.stringify(good))).toEqual({
      params: 'live',
      daemon: 'retry',
      queueBytes: 1024,
      logLevel: 6,
      skip: 0,
      now: 0,
    });
  });

  it.each([0, 200, 10_000])('may ask for what events are about, and how long they wait: %i ms', (enrichTimeout) => {
    expect(parseRequest(JSON.stringify({ ...good, enrichTimeout }))).toMatchObject({ enrichTimeout });
  });

  it('may say where an earlier stream ended, to the nanosecond', () => {
    expect(parseRequest(JSON.stringify({ ...good, resume })).resume).toEqual({
      ...resume,
      wantedFrom: 1_700_000_000_123_456_789n,
      endedAt: 9_223_372_036_854_775_807n,
    });
  });

  it('may say so of a stream without events', () => {
    const empty = { ...resume, delivered: [] };
    expect(parseRequest(JSON.stringify({ ...good, resume: empty })).resume).toMatchObject({ delivered: [] });
  });

  it.each<[string, string]>([
    ['', 'it is not JSON'],
    ['null', 'it is no object'],
    ['7', 'it is no object'],
    ...withOne(good, {
      version: [1, 'version 1 is not 2: install libdocker.so and its host together'],
      params: [7, 'params must be a text'],
      daemon: ['maybe', "daemon must be 'retry' or 'fail'"],
      queueBytes: [1.5, 'queueBytes must be a whole number'],
      logLevel: ['constructor', 'logLevel must be one of fatal, critical, error'],
      skip: [-1, 'skip must be a whole number'],
      now: ['1', 'now must be a whole number'],
      enrichTimeout: [10_001, 'enrichTimeout must be null or a whole number up to 10000'],
      resume: [undefined, 'resume must be null or an object'],
    }),
    ...withOne(resume, {
      reason: ['', 'resume.reason must be a text'],
      wantedFrom: [0, 'resume.wantedFrom must be nanoseconds, as text'],
      endedAt: ['9223372036854775808', 'resume.endedAt must be nanoseconds, as text'],
      delivered: [['00000000248BFA47'], 'resume.delivered must be event keys'],
    }).map(([line, message]): [string, string] => [`{${JSON.stringify(good).slice(1, -5)}${line}}`, message]),
  ])('%s is refused', (line, message) => {
    expect(() => parseRequest(line)).toThrow(
      expect.objectContaining({
        code: 'PLUGIN',
        message: expect.stringContaining(`the source host cannot use its request: ${message}`),
      }),
    );
  });
});

/** The object in JSON, once for each member that is replaced, and what that is answered with. */
function withOne(whole: object, replaced: Readonly<Record<string, [unknown, string]>>): [string, string][] {
  return Object.entries(replaced).map(([key, [value, message]]) => [
    JSON.stringify({ ...whole, [key]: value }),
    message,
  ]);
}
