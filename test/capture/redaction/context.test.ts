import { describe, expect, test } from 'vitest';
import type { RedactionOptions } from '#docktape/capture/redaction/redaction-options.js';
import { compile } from './support.js';

/** What becomes of a context. */
function redact(options: Partial<RedactionOptions>, context: object): unknown {
  return JSON.parse(
    compile(options)
      .redactContext(Buffer.from(JSON.stringify(context)))
      .toString(),
  );
}

const mark = '[redacted]';

describe('a context', () => {
  test('is the same object when nothing is redacted, and the same text when nothing matches', () => {
    const json = Buffer.from('{"host":{"name":"tea"},"exec":{"tty":false,"args":["a\\"\\n\\u2028b"]}}');
    expect(compile({}).redactContext(json)).toBe(json);
    expect(
      JSON.parse(
        compile({ patterns: ['hunter2'] })
          .redactContext(json)
          .toString(),
      ),
    ).toEqual(JSON.parse(json.toString()));
  });

  test('is redacted wherever a pattern matches in a text, and nothing else of it changes', () => {
    const context = {
      host: { name: 'acme-1' },
      container: {
        privileged: true,
        user: 'acme',
        command: ['serve', '--for=acme "corp"\n'],
        mounts: [{ type: 'bind', source: '/srv/acme/data', destination: '/data', rw: true }],
        env_names: ['ACME', 'acme'],
      },
      exec: { tty: false, args: ['acme'] },
    };
    const expected = JSON.parse(JSON.stringify(context).replaceAll('acme', mark)) as unknown;
    expect(redact({ patterns: ['acme'] }, context)).toEqual(expected);
  });

  test('keeps identities, the time and what docktape says itself', () => {
    const context = {
      host: { id: 'x7' },
      container: { image_id: 'x7', created: 'x7' },
      lacks: ['x7'],
    };
    expect(redact({ patterns: ['x7'] }, context)).toEqual(context);
  });

  test.each([
    ['over several arguments', ['login', '--password', 'hunter2', 'x'], ['login', mark, mark, 'x']],
    ['in parts of arguments', ['a --password', 'hunter2;b'], [`a ${mark}`, mark]],
    ['at the edges of one argument', ['hunter2'], [mark]],
    ['beside quotes and other characters', ['é"\\', '--password', 'é"\\'], ['é"\\', mark, mark]],
  ])('a pattern matches %s, as it does in the daemon’s event', (_, args, expected) => {
    expect(redact({ patterns: ['--password \\S+', '^hunter2$'] }, { exec: { args } })).toEqual({
      exec: { args: expected },
    });
  });

  test('the command line of a container is one text, its entrypoint first', () => {
    const container = { command: ['hunter2', 'x'], entrypoint: ['login', '--password'] };
    // As docktape writes it.
    const { command, entrypoint } = container;
    expect(redact({ patterns: ['--password \\S+'] }, { container: { entrypoint, command } })).toEqual({
      container: { entrypoint: ['login', mark], command: [mark, 'x'] },
    });
  });

  test('loses command lines as a whole with those of exec', () => {
    const container = { user: 'root', entrypoint: ['a'], command: ['b', 'c'], env_names: ['PATH'] };
    const context = { container, exec: { privileged: false, args: ['sh', '-c', 'id'] } };
    expect(redact({ execCommands: true }, context)).toEqual({
      container: { ...container, entrypoint: [mark], command: [mark] },
      exec: { privileged: false, args: [mark] },
    });
  });

  test('loses the names of images in digests with the label image', () => {
    expect(redact({ labels: ['image'] }, { container: { image_digests: ['acme/tea@sha256:1'] } })).toEqual({
      container: { image_digests: [mark] },
    });
    expect(redact({ labels: ['tea'] }, { container: { image_digests: ['tea'] } })).toEqual({
      container: { image_digests: ['tea'] },
    });
  });

  test('with thousands of matches is redacted as a whole, in time', () => {
    const args = Array<string>(1_000).fill('hunter2');
    expect(redact({ patterns: ['hunter2'] }, { exec: { args } })).toEqual({ exec: { args: args.map(() => mark) } });
  });
});
