import { statSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { mergeCaptures } from '#docktape/capture/merge.js';
import { sliceCapture } from '#docktape/capture/slice.js';
import { verifyCapture } from '#docktape/capture/verify/verify.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { batchOfEvents, type Event, filesAt, freshPath, numbered, reading, record } from './support/captures.js';
import { Random } from './support/damage.js';

let path: string;
let out: string;

beforeEach(() => {
  path = freshPath();
  out = freshPath('new.db');
});

const eventsOf = (file: string, session?: number) =>
  reading(file, (reader) => [...reader.events(session === undefined ? {} : { session })]);

const pagesOf = (file: string, session?: number) =>
  reading(file, (reader) =>
    [...reader.lines(session === undefined ? {} : { session })].map(({ bytes }) => bytes.toString()).join(''),
  );

async function isWhole(file: string): Promise<void> {
  expect((await verifyCapture(file)).problems).toEqual([]);
}

/** A session with a gap after its `gapAfter`-th event. */
async function recordWithGap(file: string, events: readonly Event[], gapAfter: number, host: string): Promise<void> {
  const writer = await CaptureWriter.open(file, {
    how: 'record',
    hostName: host,
    endpoint: `tcp://${host}:2375`,
    redaction: `labels of ${host}`,
    condition: 'docker.type = container',
  });
  writer.write(batchOfEvents(events.slice(0, gapAfter)));
  const time = events[gapAfter]?.[1] ?? 0n;
  writer.gap({ reason: `a nap of ${host}`, certain: true, from: time, to: time });
  writer.write(batchOfEvents(events.slice(gapAfter)));
  await writer.close();
}

describe('a slice', () => {
  beforeEach(async () => {
    await recordWithGap(path, numbered(20), 5, 'one');
    await recordWithGap(path, numbered(20, 21), 10, 'two');
  });

  test('of times has their events with numbers, sessions and gaps', async () => {
    const made = await sliceCapture(path, out, { selection: { since: 15n, until: 34n } });
    expect(made).toMatchObject({ events: 20, sessions: 2, gaps: 1 });
    expect(eventsOf(out)).toEqual(eventsOf(path).slice(14, 34));
    reading(out, (reader) => {
      expect(reader.gaps()).toEqual(reading(path, (source) => source.gaps()).slice(1));
      expect(reader.sessions()).toEqual(reading(path, (source) => source.sessions()));
      expect(reader.count({ session: 2 })).toBe(14);
    });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    await isWhole(out);
  });

  test('of a session has that one alone, under its number', async () => {
    await sliceCapture(path, out, { selection: { session: 'last' } });
    expect(eventsOf(out)).toEqual(eventsOf(path, 2));
    expect(reading(out, (reader) => reader.sessions().map(({ id, hostName }) => [id, hostName]))).toEqual([[2, 'two']]);
    await isWhole(out);
  });

  test('by a condition tells it in its sessions, and puts gaps after the event that is before them', async () => {
    const select = (batch: { count: number; times: BigInt64Array }) =>
      Uint8Array.from(batch.times.subarray(0, batch.count), (time) => Number(time % 3n === 0n));
    await sliceCapture(path, out, { where: { text: 'evt.num > 0', select } });
    expect(eventsOf(out).map(({ seq }) => seq)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39]);
    reading(out, (reader) => {
      expect(reader.gaps().map(({ afterSeq }) => afterSeq)).toEqual([3, 30]);
      expect(reader.sessions().map(({ condition }) => condition)).toEqual(
        Array(2).fill('(docker.type = container) and (evt.num > 0)'),
      );
      expect(reader.sequenceOf()(13)).toBe(39);
    });
    await isWhole(out);
  });

  test('can be recorded into, and numbers go on', async () => {
    await sliceCapture(path, out, { selection: { session: 1 } });
    await record(out, numbered(2));
    expect(eventsOf(out).map(({ seq }) => seq)).toEqual([...Array(22).keys()].map((n) => n + 1));
  });

  test('of nothing is not made', async () => {
    await expect(sliceCapture(path, out, { selection: { since: 100n } })).rejects.toThrow(
      `${path} has no such events: nothing was written`,
    );
    await expect(sliceCapture(path, out, { selection: { session: 7 } })).rejects.toThrow(
      'has no session 7: it has 1, 2',
    );
    expect(filesAt(out)).toEqual([]);
  });

  test('does not overwrite anything, itself included', async () => {
    for (const there of [path, `${path}.link`]) {
      if (there !== path) await record(there, []);
      await expect(sliceCapture(path, there)).rejects.toThrow(
        `${there} exists, and is not overwritten: choose another name`,
      );
    }
    await isWhole(path);
  });

  test('that is interrupted leaves nothing', async () => {
    const many = freshPath();
    await record(many, numbered(50_000));
    const controller = new AbortController();
    const slicing = sliceCapture(many, out, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(slicing).rejects.toThrow('aborted');
    expect(filesAt(out)).toEqual([]);
  });
});

describe('a merge', () => {
  test('has the events in the order of their times, and each session as it was', async () => {
    const other = freshPath();
    // Odd and even seconds; one event's time goes back.
    const odd = numbered(40).filter(([, ts]) => ts % 2n === 1n);
    const even: Event[] = numbered(40).filter(([, ts]) => ts % 2n === 0n);
    even[10] = [even[10]?.[0] ?? '', 3n];
    await recordWithGap(path, odd, 5, 'odd');
    await recordWithGap(other, even, 10, 'even');
    await record(other, numbered(10, 100));
    expect(await mergeCaptures([path, other], out)).toMatchObject({ events: 50, sessions: 3, gaps: 2 });
    await isWhole(out);

    const expected = [...numbered(40), ...numbered(10, 100)].map(([payload]) => payload);
    // An event whose time goes back comes right after the one that it came after.
    [expected[20], expected[21]] = [expected[21] ?? '', expected[20] ?? ''];
    expect(eventsOf(out).map(({ payload }) => payload.toString())).toEqual(expected);
    expect(eventsOf(out).map(({ seq }) => seq)).toEqual(expected.map((_, index) => index + 1));
    expect(pagesOf(out, 1)).toBe(pagesOf(path));
    expect(pagesOf(out, 2)).toBe(pagesOf(other, 1));
    expect(pagesOf(out, 3)).toBe(pagesOf(other, 2));
    reading(out, (reader) => {
      const sessions = reader.sessions();
      expect(sessions.map(({ hostName, interleaved }) => [hostName, interleaved])).toEqual([
        ['odd', true],
        ['even', true],
        [undefined, false],
      ]);
      expect(sessions[0]).toMatchObject({
        endpoint: 'tcp://odd:2375',
        redaction: 'labels of odd',
        condition: 'docker.type = container',
        clean: true,
      });
      // Each after the event of its session that it came after.
      expect(reader.gaps().map(({ session, afterSeq }) => [session, afterSeq])).toEqual([
        [1, 9],
        [2, 20],
      ]);
      expect(reader.count({ session: 2 })).toBe(20);
      expect(reader.count({ session: 1, since: 5n, until: 10n })).toBe(3);
      expect(reader.sequenceOf({ session: 2 })(20)).toBe(40);
      expect(reader.stats().sessions.map(({ events }) => events)).toEqual([20, 20, 10]);
    });
  });

  test('of captures after one another has them one after the other, whatever their order', async () => {
    const other = freshPath();
    await record(path, numbered(5, 100));
    await record(other, numbered(5));
    await mergeCaptures([path, other], out);
    expect(pagesOf(out)).toBe(pagesOf(other) + pagesOf(path));
    expect(reading(out, (reader) => reader.sessions().map(({ interleaved }) => interleaved))).toEqual([false, false]);
    // An interleaved capture can be merged, and recorded into, like another one.
    await record(out, numbered(3, 200));
    expect(eventsOf(out, 3)).toHaveLength(3);
  });

  test('of many random captures keeps each event, and the order of each session', async () => {
    const random = new Random(5);
    const paths = [path, freshPath(), freshPath(), freshPath()];
    for (const [index, file] of paths.entries()) {
      for (let session = 0; session < 4; session += 1) {
        let time = random.below(100);
        const events = Array.from({ length: random.below(60) }, (_, n): Event => {
          time += random.below(9) - 1;
          return [`{"from":"${index}.${session}.${n}"}`, BigInt(Math.max(0, time))];
        });
        await record(file, events);
      }
    }
    await mergeCaptures(paths, out);
    await isWhole(out);
    const textsOf = (file: string) =>
      reading(file, (reader) =>
        reader
          .sessions()
          .map(({ id }) => [...reader.events({ session: id })].map(({ ts, payload }) => `${ts} ${payload}`)),
      );
    expect(textsOf(out)).toHaveLength(16);
    const sorted = (sessions: readonly string[][]) => sessions.map((lines) => lines.join('\n')).sort();
    expect(sorted(textsOf(out))).toEqual(sorted(paths.flatMap(textsOf)));
  });

  test('refuses a capture that is named twice, and a new one that is there', async () => {
    await record(path, numbered(1));
    const other = freshPath();
    await record(other, numbered(1));
    await expect(mergeCaptures([path, other, path], out)).rejects.toThrow(
      `${path} is the same capture as ${path}: name each once`,
    );
    await expect(mergeCaptures([path, other], path)).rejects.toThrow(`${path} exists, and is not overwritten`);
    expect(filesAt(out)).toEqual([]);
    expect(eventsOf(path)).toHaveLength(1);
  });
});
