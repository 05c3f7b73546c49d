import { describe, expect, it } from 'vitest';
import { readExec } from '#docktape/docker/enrichment/exec-answer.js';
import { containerId, execAnswer, execId } from './support/answers.js';

const container = containerId(1);
const id = execId(1);

const read = (answer: unknown) => readExec(answer, id, container);

describe('what is kept of an exec', () => {
  it('is who runs what, and how', () => {
    const answer = execAnswer(id, container, { user: '0:0', privileged: true, tty: true });
    expect(read(answer)).toEqual({
      json: '{"privileged":true,"tty":true,"args":["sh","-c","id"]}',
      user: '0:0',
    });
  });

  it('has no user when none was named', () =>
    expect(read(execAnswer(id, container))).toEqual({
      json: '{"privileged":false,"tty":false,"args":["sh","-c","id"]}',
    }));

  it('has arguments within bounds', () => {
    const json = read(execAnswer(id, container, { arguments: Array(2_000).fill('x'.repeat(5_000)) }))?.json ?? '';
    const { args } = JSON.parse(json) as { args: string[] };
    expect(args).toHaveLength(1_000);
    expect(args[1]).toBe('x'.repeat(4_096));
  });

  it.each([[null], ['x'], [[5, null]], [{}]])('has no arguments in %j', (value) =>
    expect(read(execAnswer(id, container, { arguments: value }))?.json).toContain('"args":["sh"]'),
  );
});

describe('an answer of no use', () => {
  it.each([
    ['nothing', undefined],
    ['a message', { message: 'no' }],
    ['another exec', execAnswer(execId(2), container)],
    ['an exec of another container, for which a label has given its ID', execAnswer(id, containerId(2))],
    ['no configuration', { ...Object(execAnswer(id, container)), ProcessConfig: null }],
    ['no word of privileges', execAnswer(id, container, { privileged: undefined })],
    ['no word of a terminal', execAnswer(id, container, { tty: 'no' })],
  ])('is %s', (_, answer) => expect(read(answer)).toBeUndefined());
});
