import { describe, expect, it } from 'vitest';
import { batchOf } from '#docktape/docker/event-time.js';
import { eventKey } from '#docktape/docker/feed/event-key.js';
import { type Before, Resumption } from '#docktape/docker/feed/resumption.js';

const SECOND = 1_000_000_000n;
const ANSWERED = 1_700_000_000n * SECOND;

/** A line with a time in seconds relative to the answer. */
const line = (name: string | number, seconds = -60) =>
  `{"name":"${name}","timeNano":${ANSWERED + BigInt(Math.round(seconds * 1000)) * 1_000_000n}}\n`;

const key = (text: string) => eventKey(Buffer.from(text), 0, text.length - 1);

const batch = (lines: readonly string[]) => batchOf(Buffer.from(lines.join('')), ANSWERED);

function resumption(delivered: readonly string[], before: Partial<Before> = {}): Resumption {
  return new Resumption({
    delivered: delivered.map(key),
    sure: delivered.length,
    wantedFrom: ANSWERED - 3_600n * SECOND,
    hadStream: true,
    answered: ANSWERED,
    capacity: 256,
    ...before,
  });
}

/** The names of the lines that are new. */
function take(to: Resumption, ...lines: string[]): string[] {
  return to
    .take(batch(lines))
    .lines.toString()
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text).name);
}

const many = (count: number) => Array.from({ length: count }, (_, index) => line(index));

describe('which lines are new', () => {
  it('those that were not delivered, in their order', () => {
    expect(take(resumption([line('a'), line('c')]), line('a'), line('b'), line('c'), line('d'))).toEqual(['b', 'd']);
  });

  it('those since the first that is wanted or was delivered', () => {
    const wantedFrom = ANSWERED - 60n * SECOND;
    expect(take(resumption([], { wantedFrom }), line('a', -61), line('b', -60), line('c', -61))).toEqual(['b', 'c']);
    expect(take(resumption([line('b', -90)], { wantedFrom }), line('a', -91), line('b', -90), line('c', -89))).toEqual([
      'c',
    ]);
  });

  it('as many twins as there are more than were delivered', () => {
    expect(take(resumption([line('a')]), line('a'), line('a'), line('a'))).toEqual(['a', 'a']);
    expect(take(resumption([line('a'), line('a')]), line('a'), line('a'))).toEqual([]);
  });

  it('not the second copy of a line from just before the answer', () => {
    expect(take(resumption([]), line('a', -1.9), line('b', -1.8), line('a', -1.9), line('b', -1.8))).toEqual([
      'a',
      'b',
    ]);
    expect(take(resumption([line('a', 0.5)]), line('a', 0.5), line('a', 0.5))).toEqual([]);
  });

  it('but the second copy of one from before is a twin', () => {
    expect(take(resumption([]), line('a', -2), line('a', -2))).toEqual(['a', 'a']);
  });

  it('what comes behind the ring, whatever the clocks say', () => {
    const resumed = resumption([], { wantedFrom: ANSWERED + 60n * SECOND });
    expect(take(resumed, line('a', -0.5))).toEqual([]);
    resumed.collected();
    expect(take(resumed, line('b', -0.5))).toEqual(['b']);
  });

  it('from a time on at which the ring had been sent, all', () => {
    const resumed = resumption([line('a', 9)]);
    expect(take(resumed, line('a', 9), line('a', 9))).toEqual([]);
    resumed.collected();
    expect(take(resumed, line('b', 4.1), line('b', 4.1))).toEqual(['b', 'b']);
    expect(resumed.isSettled).toBe(true);
  });
});

describe('whether something is missing', () => {
  /** The verdict on a ring that came wholly. */
  function verdictOn(resumed: Resumption, ring: readonly string[]): string {
    resumed.take(batch(ring));
    resumed.ended();
    return resumed.verdict;
  }

  it('not when the ring is not full and holds something that was delivered', () => {
    expect(verdictOn(resumption([line('a')]), [line('a'), line('b')])).toBe('complete');
    expect(verdictOn(resumption(many(40)), many(256).slice(39, 255))).toBe('complete');
  });

  it('perhaps when the ring holds nothing that was delivered, as after a restart', () => {
    expect(verdictOn(resumption([line('a')]), [line('b')])).toBe('gap');
    expect(verdictOn(resumption([line('a')]), [])).toBe('gap');
    expect(verdictOn(resumption([line('a')], { wantedFrom: ANSWERED }), [line('b')])).toBe('gap');
  });

  it('a full ring must go back 64 places before the last that was delivered', () => {
    expect(verdictOn(resumption(many(100)), many(400).slice(35, 35 + 256))).toBe('complete');
    expect(verdictOn(resumption(many(100)), many(400).slice(36, 36 + 256))).toBe('gap');
  });

  it('what is in doubt proves nothing', () => {
    expect(verdictOn(resumption(many(100), { sure: 90 }), many(400).slice(25, 25 + 256))).toBe('complete');
    expect(verdictOn(resumption(many(100), { sure: 90 }), many(400).slice(26, 26 + 256))).toBe('gap');
  });

  it('not when the ring begins before anything was wanted', () => {
    const wantedFrom = ANSWERED - 60n * SECOND;
    expect(verdictOn(resumption([], { wantedFrom }), [line('old', -61), ...many(255)])).toBe('complete');
    expect(verdictOn(resumption([], { wantedFrom }), many(256))).toBe('gap');
  });

  it('not when there was no stream and the ring is not full', () => {
    expect(verdictOn(resumption([], { hadStream: false }), many(255))).toBe('complete');
    expect(verdictOn(resumption([], { hadStream: false }), many(256))).toBe('gap');
    expect(verdictOn(resumption([], { hadStream: true }), many(255))).toBe('gap');
  });

  it('not of a memory without a bound that holds something delivered', () => {
    const capacity = Number.POSITIVE_INFINITY;
    expect(verdictOn(resumption([line(0)], { capacity }), many(1_000))).toBe('complete');
    expect(verdictOn(resumption([], { capacity }), many(1_000))).toBe('complete');
    expect(verdictOn(resumption([line('a')], { capacity }), many(1_000))).toBe('gap');
  });

  it('is open while more of the ring may come, and a gap once it proves to be full', () => {
    const resumed = resumption(many(20));
    resumed.take(batch(many(400).slice(10, 110)));
    resumed.collected();
    expect(resumed.verdict).toBe('open');
    resumed.take(batch(many(400).slice(110, 265)));
    expect(resumed.verdict).toBe('open');
    resumed.take(batch(many(400).slice(265, 266)));
    expect(resumed.verdict).toBe('gap');
  });

  it('is settled by a line that is too new for the ring', () => {
    const resumed = resumption(many(20));
    resumed.take(batch(many(30).slice(10)));
    resumed.collected();
    resumed.take(batch([line('new', 5)]));
    expect(resumed.verdict).toBe('complete');
    expect(resumed.isSettled).toBe(true);
  });
});
