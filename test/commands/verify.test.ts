import { closeSync, copyFileSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { batchOfEvents, filesAt, freshPath, numbered, record, tamper } from '../capture/support/captures.js';
import { docktape, projectPath } from '../support/docktape.js';

let path: string;
let folder: string;

beforeEach(() => {
  path = freshPath();
  folder = dirname(path);
});

const verify = (...args: string[]) => docktape(['verify', ...args], {}, folder);

describe('a whole capture', () => {
  test('is whole, and not changed by that', async () => {
    await record(path, numbered(3_000));
    const before = readFileSync(path);
    expect(await verify('night.db')).toEqual({
      code: 0,
      stdout: 'night.db: whole: 1 session, 3,000 events, 0 gaps, format 2\n',
      stderr: '',
    });
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(filesAt(path)).toEqual(['night.db']);
  });

  test('says nothing when it is asked to be quiet', async () => {
    await record(path, numbered(3));
    expect(await verify('night.db', '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('that is shipped is whole, in the newest format', async () => {
    const shipped = ['exec', 'image-network-volume', 'run-and-exit'].map((name) => projectPath(`captures/${name}.db`));
    const { code, stdout } = await verify(...shipped);
    expect(code).toBe(0);
    expect(stdout.match(/whole: 1 session, .* format 2$/gm)).toHaveLength(3);
  });

  test('has notes about what is no damage', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents([['no JSON', 1n], ...numbered(5)]));
    await writer.close({ clean: false });
    tamper(path, (database) => database.exec('DELETE FROM events WHERE seq IN (2, 3, 5)'));
    const open = await CaptureWriter.open(path, { how: 'record' });
    open.write(batchOfEvents(numbered(2)));
    const { code, stdout } = await verify('night.db');
    await open.close();
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^night\.db: whole: 2 sessions, /),
      '  note: session 1: ended by an error',
      '  note: session 2: not closed: it is still at work, or was killed',
      '  note: 1 of the events are not JSON',
      '  note: event numbers are left out at 2 places, as slices and repairs do it',
      '  note: night.db-wal holds events that are not in the capture itself yet: its recorder is at work, or was killed',
      '',
    ]);
  });
});

describe('damage is told with its place, and ends with 1:', () => {
  const fix = '  `docktape repair night.db NEW.db` saves what can be read';

  function damage(work: string): void {
    tamper(path, (database) => {
      database.pragma('foreign_keys = OFF');
      database.exec(work);
    });
  }

  test('events, sessions and gaps that are not as docktape writes them', async () => {
    for (let session = 1; session <= 3; session += 1) await record(path, numbered(100));
    damage(`
      UPDATE events SET seq = -5 WHERE seq = 3;
      UPDATE events SET payload = '{"a":"' || char(10) || '"}' WHERE seq = 57;
      UPDATE events SET ts = -5 WHERE seq = 150;
      UPDATE events SET session = 9 WHERE seq = 200;
      UPDATE events SET session = 3 WHERE seq = 110;
      UPDATE events SET payload = CAST(zeroblob(129 * 1024 * 1024) AS TEXT) WHERE seq = 299;
      UPDATE sessions SET tail = 'x' WHERE id = 1;
      INSERT INTO gaps (session, after_seq, reason, certain) VALUES (9, 5, 'x', 1), (2, 301, 'x', 1)`);
    const { code, stdout, stderr } = await verify('night.db');
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.split('\n')).toEqual([
      'night.db: damaged: 10 problems',
      '  event -5: events are numbered from -5 on, not from 1',
      '  event 299: more bytes than an event can have',
      '  event 150: its time is before 1970',
      '  event 57: its payload is not one line',
      '  event 200: no session 9 is in the capture',
      '  session 1: it ends with more than white space',
      '  session 2: its events stand among those of other sessions',
      '  session 3: its events stand among those of other sessions',
      '  a gap is of session 9, which is not in the capture',
      '  session 2: a gap stands after event 301, and the last event is 300',
      fix,
      '  note: 1 of the events are not JSON',
      '  note: event numbers are left out at 2 places, as slices and repairs do it',
      '',
    ]);
  });

  test('many events, of which some are named', async () => {
    await record(path, numbered(100));
    damage('UPDATE events SET payload = char(10) WHERE seq <= 25');
    const { stdout } = await verify('night.db');
    expect(stdout.match(/event \d+: its payload is not one line/g)).toHaveLength(10);
    expect(stdout).toContain('  15 more events like that: its payload is not one line\n');
  });

  test('an index that knows other times, and a schema that lacks something', async () => {
    await record(path, numbered(500));
    const bytes = readFileSync(path);
    // The last page that begins as an index's leaf does: an entry's time.
    const page = [...Array(bytes.length / 16_384).keys()].filter((n) => bytes[n * 16_384] === 0x0a).at(-1) ?? 0;
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.from([0x7f]), 0, 1, (page + 1) * 16_384 - 6);
    closeSync(file);
    const other = freshPath();
    await record(other, numbered(1));
    tamper(other, (database) => database.exec('DROP TABLE gaps'));
    const { code, stdout } = await verify('night.db', other);
    expect(code).toBe(1);
    expect(stdout).toMatch(/night\.db: damaged: \d+ problems?\n {2}.*events_by_time/);
    expect(stdout).toContain(`${other}: damaged: 1 problem\n  its 'gaps' is missing\n`);
  });
});

describe('what cannot be checked ends with 2:', () => {
  test('a file that is no capture, whatever else is checked', async () => {
    await record(path, numbered(3));
    writeFileSync(`${path}.txt`, 'text');
    expect(await verify('night.db.txt', 'night.db', 'none.db')).toEqual({
      code: 2,
      stdout: 'night.db: whole: 1 session, 3 events, 0 gaps, format 2\n',
      stderr:
        'docktape: night.db.txt is not a capture: it is no SQLite file\ndocktape: none.db does not exist: check the path\n',
    });
  });

  test('a side file that leads elsewhere', async () => {
    await record(path, numbered(3));
    symlinkSync('/etc/passwd', `${path}-wal`);
    expect(await verify('night.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('is no regular file') });
  });
});

test('JSON tells all of it', async () => {
  await record(path, numbered(3));
  copyFileSync(path, `${path}.copy`);
  tamper(path, (database) => database.exec('UPDATE events SET ts = -1 WHERE seq = 2'));
  const { code, stdout } = await verify('night.db.copy', 'night.db', 'none.db', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toEqual([
    { path: 'night.db.copy', whole: true, format: 2, sessions: 1, events: 3, gaps: 0, problems: [], notes: [] },
    {
      path: 'night.db',
      whole: false,
      format: 2,
      sessions: 1,
      events: 3,
      gaps: 0,
      problems: [{ seq: 2, text: 'its time is before 1970' }],
      notes: [],
    },
    { path: 'none.db', error: 'none.db does not exist: check the path' },
  ]);
});
