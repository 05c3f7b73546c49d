import { describe, expect, it } from 'vitest';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import vectors from './event-keys.json' with { type: 'json' };

/** The vectors are from the Python package mmh3 5, which wraps the algorithm's reference code; the plugin is tested with the same. */
describe('the key of an event', () => {
  it.each(vectors)('$text', ({ text, key }) => {
    const bytes = Buffer.from(text);
    expect(eventKey(bytes, 0, bytes.length)).toBe(key);
  });

  it('is that of a part of a buffer, wherever the part begins', () => {
    for (const { text, key } of vectors) {
      const bytes = Buffer.from(text);
      const padded = Buffer.concat([Buffer.from('xyz'), bytes, Buffer.from('\nuvw')]);
      expect(eventKey(padded, 3, 3 + bytes.length)).toBe(key);
    }
  });

  it('depends on each byte', () => {
    const line = Buffer.from('{"time":1700000000,"timeNano":1700000000123456789}');
    const keys = new Set([eventKey(line, 0, line.length)]);
    for (let at = 0; at < line.length; at += 1) {
      const changed = Buffer.from(line);
      changed[at] = (changed[at] ?? 0) ^ 1;
      keys.add(eventKey(changed, 0, changed.length));
    }
    expect(keys.size).toBe(line.length + 1);
  });
});
