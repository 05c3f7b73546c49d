import { describe, expect, it } from 'vitest';
import { NoAnswerError } from '#docktape/docker/daemon-client.js';
import { explainFailure, failureError } from '#docktape/docker/daemon-error.js';

function withCode(code: string, message = 'why'): Error {
  return Object.assign(new Error(message), { code });
}

function answered(statusCode: number, message = ''): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), { statusCode });
}

describe('why a daemon gives no events', () => {
  it.each<[string, unknown, string, boolean]>([
    ['no socket', withCode('ENOENT'), 'there is no such socket', true],
    ['no listener', withCode('ECONNREFUSED'), 'nobody listens there', true],
    ['no permission', withCode('EACCES'), 'permission denied', false],
    ['a security profile', withCode('EPERM'), 'permission denied', false],
    ['no such host', withCode('ENOTFOUND'), 'no such host', true],
    ['silence', new NoAnswerError(5), 'no answer within 5 s', true],
    [
      'an untrusted certificate',
      withCode('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed'),
      'no trusted TLS connection (self-signed)',
      false,
    ],
    ['an expired certificate', withCode('CERT_HAS_EXPIRED'), 'no trusted TLS connection (why)', false],
    ['another protocol', withCode('HPE_INVALID_CONSTANT'), 'what answers there is no Docker daemon', false],
    ['a refusal', answered(403, 'denied'), 'it answered 403: denied', false],
    ['a bad request', answered(400, 'a - b'), 'it answered 400: a - b', false],
    ['too many', answered(429), 'it answered 429', true],
    ['its own trouble', answered(500, 'oops'), 'it answered 500: oops', true],
    ['anything else', new Error('odd'), 'odd', true],
    ['what is no error', undefined, 'undefined', true],
  ])('%s', (_, error, reason, curable) => {
    expect(explainFailure(error)).toMatchObject({ reason, curable, fix: expect.stringMatching(/./) });
  });

  it('becomes one line, with cause and fix in the first 200 bytes', () => {
    const endpoint = { name: 'unix:///var/run/docker.sock', socketPath: '/var/run/docker.sock' };
    const { message, code } = failureError(endpoint, explainFailure(answered(500, 'x\ny'.repeat(500))));
    expect(code).toBe('DAEMON');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(200);
    expect(message).toMatch(
      /^cannot read events from unix:\/\/\/var\/run\/docker\.sock: it answered 500: .*: see the daemon's log$/,
    );
  });
});
