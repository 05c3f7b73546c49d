import { describe, expect, it } from 'vitest';
import { LineSplitter } from '#docktape/docker/line-splitter.js';

const TEXT = '{"a":"grüße, 世界 🐳"}\n{}\n\n{"b":1}\n';

function split(chunks: Buffer[]): { blocks: string[]; pending: number } {
  const splitter = new LineSplitter();
  const blocks = chunks.map((chunk) => splitter.push(chunk)?.toString()).filter((block) => block !== undefined);
  return { blocks, pending: splitter.pending };
}

describe('cutting chunks into lines', () => {
  it('gives the same lines wherever the chunks are cut', () => {
    const bytes = Buffer.from(TEXT);
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 1) {
        const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        const { blocks, pending } = split(chunks);
        expect(blocks.join('')).toBe(TEXT);
        expect(blocks.every((block) => block.endsWith('\n'))).toBe(true);
        expect(pending).toBe(0);
      }
    }
  });

  it('gives the same lines byte by byte', () => {
    const { blocks } = split([...Buffer.from(TEXT)].map((byte) => Buffer.from([byte])));
    expect(blocks).toEqual(['{"a":"grüße, 世界 🐳"}\n', '{}\n', '\n', '{"b":1}\n']);
  });

  it('hands on a chunk of whole lines without copying it', () => {
    const chunk = Buffer.from('{}\n{}\n');
    expect(new LineSplitter().push(chunk)?.buffer).toBe(chunk.buffer);
  });

  it('keeps what is not a whole line', () => {
    expect(split([Buffer.from('{}\n{"a"')])).toEqual({ blocks: ['{}\n'], pending: 4 });
  });

  it('takes a line of megabytes', () => {
    const line = `{"a":"${'x'.repeat(3 << 20)}"}\n`;
    const bytes = Buffer.from(line);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 65_536) chunks.push(bytes.subarray(at, at + 65_536));
    expect(split(chunks).blocks).toEqual([line]);
  });

  it('refuses a line beyond its bound', () => {
    const splitter = new LineSplitter(10);
    splitter.push(Buffer.from('123456\n12345'));
    expect(() => splitter.push(Buffer.from('678901'))).toThrow(
      expect.objectContaining({ code: 'DAEMON', message: expect.stringContaining('over 10 bytes') }),
    );
  });
});
