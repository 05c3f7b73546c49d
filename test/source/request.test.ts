import { describe, expect, it } from 'vitest';
import { parseRequest } from '#docktape/source/request.js';

const good = {
  version: 1,
  params: 'live',
  daemon: 'retry',
  queueBytes: 1024,
  logLevel: 'info',
  skip: 0,
  now: 0,
  lostAt: 0,
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
      lostAt: 0,
    });
  });

  it.each<[string, string]>([
    ['', 'it is not JSON'],
    ['null', 'it is no object'],
    ['7', 'it is no object'],
    ...Object.entries({
      version: [2, 'version 2 is not 1: install libdocker.so and its host together'],
      params: [7, 'params must be a text'],
      daemon: ['maybe', "daemon must be 'retry' or 'fail'"],
      queueBytes: [1.5, 'queueBytes must be a whole number'],
      logLevel: ['constructor', 'logLevel must be one of fatal, critical, error'],
      skip: [-1, 'skip must be a whole number'],
      now: ['1', 'now must be a whole number'],
      lostAt: [undefined, 'lostAt must be a whole number'],
    }).map(([key, [value, message]]): [string, string] => [JSON.stringify({ ...good, [key]: value }), String(message)]),
  ])('%s is refused', (line, message) => {
    expect(() => parseRequest(line)).toThrow(
      expect.objectContaining({
        code: 'PLUGIN',
        message: expect.stringContaining(`the source host cannot use its request: ${message}`),
      }),
    );
  });
});
