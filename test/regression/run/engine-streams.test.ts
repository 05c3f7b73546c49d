import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CaptureReader } from '#docktape/capture/reader.js';
import { withReplay } from '#docktape/regression/run/replayed-stream.js';
import { parseOpenParams } from '#docktape/source/open-params.js';
import { inline, shipped } from './suites.js';

/** The capture and the selection that open params name. */
function opened(params: string) {
  const parsed = parseOpenParams(params, 0n);
  if (parsed.mode !== 'replay') throw new Error(`not a replay: ${params}`);
  return parsed;
}

describe('a stream as a replay that any Falco can open', () => {
  it('has inline events with their bytes and times, numbered from 1, and leaves no file', async () => {
    const stream = inline('start', 'exec_start: sh -c "ünï"', 'die');
    const path = await withReplay(stream, async ({ params, eventNumber }) => {
      const reader = CaptureReader.open(opened(params).path);
      const events = [...reader.events()].map(({ ts, payload }) => ({ ts, payload: payload.toString() }));
      reader.close();
      expect(events).toEqual(stream.events);
      expect([1, 2, 3].map(eventNumber)).toEqual([1, 2, 3]);
      return opened(params).path;
    });
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('leaves no file when the work fails', async () => {
    let path = '';
    const work = withReplay(inline('start'), async ({ params }) => {
      path = opened(params).path;
      throw new Error('Falco failed');
    });
    await expect(work).rejects.toThrow('Falco failed');
    expect(path).not.toBe('');
    expect(existsSync(dirname(path))).toBe(false);
  });

  it('is of a capture what is selected, with the numbers that the capture has', async () => {
    const whole = CaptureReader.open(shipped('exec').path);
    const later = [...whole.events()].at(5);
    const { path, selection } = shipped('exec', { since: later?.ts ?? 0n });
    const selected = [...whole.events(selection)].map(({ seq }) => seq);
    whole.close();
    expect(selected.length).toBeGreaterThan(0);
    expect(selected[0]).toBeGreaterThan(1);
    await withReplay({ kind: 'capture', path, selection }, async ({ params, eventNumber }) => {
      expect(opened(params)).toMatchObject({ path, selection, speed: 'max' });
      expect(selected.map((_, i) => eventNumber(i + 1))).toEqual(selected);
    });
  });

  it('names the session that was the last one when it was opened', async () => {
    await withReplay(shipped('exec', { session: 'last' }), async ({ params }) => {
      expect(opened(params).selection).toEqual({ session: 1 });
    });
  });
});
