import { expect, test } from 'vitest';
import { CaptureFile } from '#docktape/capture/capture-file.js';
import { CaptureReader } from '#docktape/capture/reader.js';
import { SessionWriter } from '#docktape/capture/session-writer.js';
import { CapturePlace } from '#docktape/capture/writing/place.js';
import { freshPath } from '../support/captures.js';

test('a session that lasts for months prepares no statement again, for each is kept as long as the process', () => {
  const path = freshPath();
  const place = CapturePlace.take(path);
  const file = CaptureFile.open(place);
  const session = new SessionWriter(file, { how: 'record' }, false);
  const reader = CaptureReader.open(path);
  [...reader.events()];
  let prepared = 0;
  const prepare = file.database.prepare.bind(file.database);
  file.database.prepare = ((sql: string) => {
    prepared += 1;
    return prepare(sql);
  }) as typeof prepare;
  const once = () => {
    session.daemon({ endpoint: 'unix:///fake' });
    session.gap({ reason: 'none', certain: false });
    session.commit();
    expect(session.size).toBeGreaterThan(0);
    // A reader that has it open keeps a rotation waiting, which is tried each second.
    expect(session.finishWhole()).toBe(false);
  };
  once();
  const first = prepared;
  for (let times = 0; times < 20; times += 1) once();
  expect(prepared).toBe(first);
  reader.close();
  expect(session.finishWhole()).toBe(true);
  place.release();
});
