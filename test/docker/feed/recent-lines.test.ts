import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { RECENT_LINES, RecentLines } from '#docktape/docker/feed/recent-lines.js';

const keyOf = (line: string) => eventKey(Buffer.from(line), 0, Buffer.byteLength(line));

/** Some lines of a length, each different. */
function linesOf(first: number, count: number, length: number): string[] {
  return Array.from({ length: count }, (_, index) => `${first + index}:`.padEnd(length, 'x'));
}

const batch = (lines: readonly string[]) => batchOf(Buffer.from(lines.map((line) => `${line}\n`).join('')), 0n);

describe('the last lines of a stream', () => {
  // Many to a batch or one, short ones, usual ones, and such as fill the room alone.
  it.each([
    [1, 600],
    [7, 20],
    [100, 600],
    [100, 2_000],
    [5_000, 100],
    [5_000, 600],
    [3, 400_000],
    [1, 1_500_000],
  ])('are known by their keys, in order: batches of %i with %i bytes each', (count, length) => {
    const recent = new RecentLines();
    const keys: string[] = [];
    const batches = Math.min(Math.ceil((3 * RECENT_LINES) / count), Math.ceil(60_000_000 / (count * length)));
    for (let number = 0; number < batches; number += 1) {
      const lines = linesOf(number * count, count, length);
      recent.add(batch(lines));
      keys.push(...lines.map(keyOf));
    }
    const known = recent.keys();
    expect(known.length).toBeGreaterThanOrEqual(Math.min(RECENT_LINES, keys.length));
    expect(known.length).toBeLessThanOrEqual(8 * RECENT_LINES);
    expect(known).toEqual(keys.slice(-known.length));
  });

  it('are asked for again and again', () => {
    const recent = new RecentLines();
    recent.add(batch(['a', 'b']));
    expect(recent.keys()).toEqual([keyOf('a'), keyOf('b')]);
    recent.add(batch(['c']));
    expect(recent.keys()).toEqual([keyOf('a'), keyOf('b'), keyOf('c')]);
    expect(recent.keys()).toEqual([keyOf('a'), keyOf('b'), keyOf('c')]);
  });

  it('are their own copies', () => {
    const recent = new RecentLines();
    const lines = batch(['a', 'b']);
    recent.add(lines);
    lines.lines.fill(0);
    expect(recent.keys()).toEqual([keyOf('a'), keyOf('b')]);
  });

  it('follow those of an earlier stream', () => {
    const recent = new RecentLines(['k1', 'k2']);
    recent.add(batch(['a']));
    expect(recent.keys()).toEqual(['k1', 'k2', keyOf('a')]);
  });
});
