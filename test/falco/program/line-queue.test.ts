import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineQueue } from '#docktape/falco/program/line-queue.js';

function queue(maxLine?: number) {
  const stream = new PassThrough({ highWaterMark: 2 ** 26 });
  const calls: string[] = [];
  const lines = new LineQueue(stream, {
    onFull: () => calls.push('full'),
    onDrained: () => calls.push('drained'),
    ...(maxLine !== undefined && { maxLine }),
  });
  return { stream, lines, calls };
}

async function all(lines: AsyncIterable<readonly string[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of lines) found.push(...batch);
  return found;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a queue of lines', () => {
  it('gives whole lines, also those that come in pieces, and no last line without an end', async () => {
    const { stream, lines } = queue();
    const bytes = Buffer.from('one\ntwo\n\ngr\u00f6\u00dfer\nlost');
    for (const byte of bytes) stream.write(Buffer.of(byte));
    stream.end();
    expect(await all(lines)).toEqual(['one', 'two', '', 'gr\u00f6\u00dfer']);
  });

  it('gives what has come while the consumer was away in few batches', async () => {
    const { stream, lines } = queue();
    for (let i = 0; i < 10_000; i++) stream.write(`line ${i}\n`);
    stream.end();
    await turn();
    let batches = 0;
    let count = 0;
    for await (const batch of lines) {
      batches++;
      count += batch.length;
    }
    expect(count).toBe(10_000);
    expect(batches).toBeLessThan(10);
  });

  it('says when too much waits, and when the consumer has caught up', async () => {
    const { stream, lines, calls } = queue();
    const line = `${'x'.repeat(1023)}\n`;
    for (let i = 0; i < 5 * 1024; i++) stream.write(line);
    await turn();
    expect(calls).toEqual(['full']);
    const batches = lines[Symbol.asyncIterator]();
    for (let taken = 0; taken < 1024; ) taken += ((await batches.next()).value as string[]).length;
    expect(calls).toEqual(['full']);
    stream.end();
    while (!(await batches.next()).done);
    expect(calls).toEqual(['full', 'drained']);
  });

  it('does not hold a writer up in the middle of a line', async () => {
    const { stream, lines, calls } = queue();
    stream.write('x'.repeat(6 * 2 ** 20));
    await turn();
    expect(calls).toEqual([]);
    stream.end('\n');
    expect((await all(lines))[0]).toHaveLength(6 * 2 ** 20);
  });

  it('ends with an error for a line that is too long, after those before', async () => {
    const { stream, lines } = queue(100);
    stream.write(`one\n${'x'.repeat(101)}`);
    const batches = lines[Symbol.asyncIterator]();
    expect((await batches.next()).value).toEqual(['one']);
    await expect(batches.next()).rejects.toMatchObject({
      code: 'FALCO',
      message: 'Falco printed a line of more than 100 bytes: give the rule a shorter output',
    });
  });

  it('forgets everything once it is told to', async () => {
    const { stream, lines } = queue();
    stream.write('one\n');
    await turn();
    lines.discard();
    stream.end('two\n');
    expect(await all(lines)).toEqual([]);
  });
});
