import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { eventually } from '../../support/eventually.js';
import { batchOfEvents, filesAt, freshPath, numbered, reading, record } from '../support/captures.js';

/** A writer with `retry` that has committed the events 1 to 10. */
async function writing(path: string): Promise<{ writer: CaptureWriter; logs: string[] }> {
  const logs: string[] = [];
  const log = (severity: string, text: string) => logs.push(`${severity}: ${text.replace(path, 'PATH')}`);
  const writer = await CaptureWriter.open(path, { how: 'record', hostName: 'ci' }, { retry: true, log });
  writer.daemon({ endpoint: 'unix:///fake' });
  writer.write(batchOfEvents(numbered(10)));
  await eventually(() => writer.figures.committed).toBe(10);
  return { writer, logs };
}

const payloadsIn = (path: string) => reading(path, (reader) => [...reader.events()].map(({ ts }) => Number(ts)));
const upTo = (last: number, first: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('with retry, a capture', () => {
  test('that is removed goes on in a new file', async () => {
    const path = freshPath();
    const { writer, logs } = await writing(path);
    rmSync(path);
    writer.write(batchOfEvents(numbered(5, 11)));
    await eventually(() => writer.figures.committed).toBe(15);
    expect(existsSync(path)).toBe(true);
    expect(await writer.close()).toMatchObject({ events: 15, session: 1, isNew: true });
    expect(filesAt(path)).toEqual(['night.db']);
    expect(payloadsIn(path)).toEqual(upTo(15, 11));
    expect(reading(path, (reader) => reader.sessions())).toMatchObject([
      { id: 1, endpoint: 'unix:///fake', hostName: 'ci', clean: true },
    ]);
    expect(logs).toEqual([
      'warning: PATH was removed or replaced while it was being written: start again: it is tried each second, and events are kept in memory meanwhile',
      'info: PATH is written again',
    ]);
  });

  test('that is moved keeps what was committed, and the rest goes into a new file', async () => {
    const path = freshPath();
    const { writer } = await writing(path);
    renameSync(path, `${path}.moved`);
    writer.write(batchOfEvents(numbered(5, 11)));
    await eventually(() => writer.figures.committed).toBe(15);
    await writer.close();
    expect(payloadsIn(`${path}.moved`)).toEqual(upTo(10, 1));
    expect(payloadsIn(path)).toEqual(upTo(15, 11));
  });

  test('that is replaced by another one goes on there', async () => {
    const path = freshPath();
    const other = freshPath();
    await record(other, numbered(3));
    const { writer } = await writing(path);
    renameSync(other, path);
    writer.write(batchOfEvents(numbered(5, 11)));
    await eventually(() => writer.figures.committed).toBe(15);
    expect(await writer.close()).toMatchObject({ session: 2, isNew: false });
    expect(filesAt(path)).toEqual(['night.db']);
    expect(payloadsIn(path)).toEqual([1, 2, 3, ...upTo(15, 11)]);
  });

  test('that is replaced by something else is an error, and that is left as it is', async () => {
    const path = freshPath();
    const { writer } = await writing(path);
    writeFileSync(`${path}.new`, 'something else '.repeat(100));
    renameSync(`${path}.new`, path);
    writer.write(batchOfEvents(numbered(5, 11)));
    await expect(writer.failed).rejects.toThrow(
      `${path} is not a capture: it is no SQLite file (5 events could not be committed)`,
    );
    await writer.abort();
  });
});
