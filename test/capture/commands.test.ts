import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { batchOfEvents, filesAt, freshPath, numbered, reading } from './support/captures.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

let path: string;
let folder: string;

beforeEach(() => {
  path = freshPath();
  folder = dirname(path);
});

function docktape(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const lines =
  '{"Type":"container","Action":"start","timeNano":1700000000123456789}\n{"Type":"image","Action":"pull","timeNano":1700000060000000000}';

describe('import and export', () => {
  test('a file and back', () => {
    writeFileSync(join(folder, 'events.jsonl'), lines);
    expect(docktape(['import', 'events.jsonl', 'night.db'])).toEqual({
      status: 0,
      stdout: '',
      stderr: 'night.db: 2 events (133 bytes) imported as session 1\n',
    });
    expect(docktape(['export', 'night.db'])).toEqual({ status: 0, stdout: lines, stderr: '' });
  });

  test('standard input, quietly', () => {
    expect(docktape(['import', '-', 'night.db', '-q'], lines)).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(reading(path, (reader) => reader.sessions()[0]?.endpoint)).toBe('standard input');
  });

  test('contexts go along when they are asked for', () => {
    const context = '{"host":{"name":"ci"}}';
    const line = `{"Type":"container","Action":"start","timeNano":1700000000123456789,"docktape":${context}}\n`;
    expect(docktape(['import', '-', 'night.db'], line)).toMatchObject({ status: 0 });
    expect(docktape(['export', 'night.db', '--with-context']).stdout).toBe(line);
    expect(docktape(['export', 'night.db']).stdout).toBe(line.replace(`,"docktape":${context}`, ''));
    expect(docktape(['show', 'night.db']).stdout).toBe(
      '1  2023-11-14T22:13:20.123456789Z  container start\n    host ci\n',
    );
    expect(docktape(['show', 'night.db', '--json']).stdout).toBe(line);
  });

  test('selections', () => {
    docktape(['import', '-', 'night.db'], lines);
    const [first, second] = lines.split('\n');
    expect(docktape(['export', 'night.db', '--since', '2023-11-14T22:13:20.123456790Z']).stdout).toBe(second);
    expect(docktape(['export', 'night.db', '--until', '1700000000.123456789']).stdout).toBe(`${first}\n`);
    expect(docktape(['export', 'night.db', '--session', 'last']).stdout).toBe(lines);
    expect(docktape(['export', 'night.db', '--session', '2'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'docktape: night.db has no session 2: it has 1\n',
    });
  });

  test('a bad line ends it with 2 and nothing is there', () => {
    expect(docktape(['import', '-', 'night.db'], 'text\n')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'docktape: standard input: line 1 is not JSON: text\n',
    });
    expect(existsSync(path)).toBe(false);
  });

  test('a file that is not there is named, and no capture is made', () => {
    expect(docktape(['import', 'none.jsonl', 'night.db'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('none.jsonl cannot be read: ENOENT'),
    });
    expect(docktape(['import', '.', 'night.db'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('. cannot be read: EISDIR'),
    });
    expect(filesAt(path)).toEqual([]);
  });

  test('Ctrl-C takes an import back', async () => {
    const child = spawn(process.execPath, [cli, 'import', '-', 'night.db'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    // It may end before it has read all of this.
    child.stdin.on('error', () => {});
    child.stdin.write('{"Type":"container"}\n'.repeat(50_000));
    while (!existsSync(`${path}-wal`)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect([code, stderr]).toEqual([130, 'docktape: interrupted, night.db is as it was\n']);
    expect(filesAt(path)).toEqual([]);
  });
});

describe('export --output', () => {
  beforeEach(() => docktape(['import', '-', 'night.db'], lines));

  test('writes a file for its owner alone, and does not overwrite one unless forced', () => {
    const file = join(folder, 'out.jsonl');
    expect(docktape(['export', 'night.db', '-o', 'out.jsonl'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(lines);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, 'precious');
    expect(docktape(['export', 'night.db', '--output', 'out.jsonl'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'docktape: --output out.jsonl: exists: choose another file, or overwrite it with --force\n',
    });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect(docktape(['export', 'night.db', '--output', 'out.jsonl', '--force']).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(lines);
  });

  test('does not write over the capture', () => {
    expect(docktape(['export', 'night.db', '-o', './night.db', '--force'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is the capture itself'),
    });
    expect(docktape(['export', 'night.db']).stdout).toBe(lines);
  });

  test('says when the disk is full, and leaves the device alone', () => {
    expect(docktape(['export', 'night.db', '-o', '/dev/full', '--force'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('docktape: --output /dev/full: ENOSPC'),
    });
    expect(existsSync('/dev/full')).toBe(true);
  });
});

test('export ends quietly when its reader does', () => {
  docktape(['import', '-', 'night.db'], '{"Type":"container","Action":"start"}\n'.repeat(50_000));
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', `set -o pipefail; "$0" "$1" export night.db | head -n 2`, process.execPath, cli],
    { cwd: folder, encoding: 'utf8' },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: '{"Type":"container","Action":"start"}\n'.repeat(2),
    stderr: '',
  });
});

describe('stats', () => {
  test('tell sessions, kinds and gaps', async () => {
    const writer = await CaptureWriter.open(path, {
      how: 'record',
      started: 1_700_000_000_000_000_000n,
      endpoint: 'unix:///var/run/docker.sock',
      daemonId: 'ABCD',
      engineVersion: '20.10.24',
      hostName: 'ci\u001b[31m',
      condition: 'docker.type = container',
      redaction: 'label token',
    });
    writer.write(
      batchOfEvents([
        ['{"Type":"container","Action":"exec_start: ls"}', 1_700_000_001_000_000_000n],
        ['{"Type":"image","Action":"pull"}', 1_700_000_002_000_000_000n, '{"host":{"name":"ci"}}'],
      ]),
    );
    writer.gap({
      from: 1_700_000_002_000_000_000n,
      to: 1_700_000_003_000_000_000n,
      reason: 'the daemon was lost',
      certain: false,
    });
    await writer.close();
    const { status, stdout, stderr } = docktape(['stats', 'night.db']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(
      stdout
        .replace(/ to 20[^ ]+ on /, ' to END on ')
        .replace(/by docktape .*/, 'by docktape V')
        .replace(/, [\d.]+ KiB on disk/, ', SIZE on disk'),
    ).toBe(`night.db: 2 events (80 bytes) from 2023-11-14T22:13:21.000Z to 2023-11-14T22:13:22.000Z, SIZE on disk

Session 1: 2 events (80 bytes) from 2023-11-14T22:13:21.000Z to 2023-11-14T22:13:22.000Z
  recorded 2023-11-14T22:13:20.000Z to END on ci\\u001b[31m by docktape V
  from unix:///var/run/docker.sock (engine 20.10.24, daemon ID ABCD)
  1 event with context
  where docker.type = container
  redacted: label token

Kinds of events
  1  container  exec_start
  1  image      pull

Gaps
  session 1, after event 2 from 2023-11-14T22:13:22.000Z to 2023-11-14T22:13:23.000Z: events may be lost (the daemon was lost)
`);
  });

  test('as JSON have times to the nanosecond', () => {
    docktape(['import', '-', 'night.db'], lines);
    const { stdout, status } = docktape(['stats', 'night.db', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      events: 2,
      bytes: 133,
      firstTime: '2023-11-14T22:13:20.123456789Z',
      lastTime: '2023-11-14T22:14:20.000000000Z',
      sessions: [{ id: 1, how: 'import', endpoint: 'standard input', clean: true, events: 2 }],
      kinds: [
        { type: 'container', action: 'start', events: 1 },
        { type: 'image', action: 'pull', events: 1 },
      ],
      gaps: [],
    });
  });

  test('of a capture that was not closed say so', async () => {
    const writer = await CaptureWriter.open(path, { how: 'record' });
    writer.write(batchOfEvents(numbered(30)));
    expect(docktape(['stats', 'night.db']).stdout).toContain('(not closed: it is still at work, or was killed)');
    await writer.close({ clean: false });
    expect(docktape(['stats', 'night.db']).stdout).toContain('(ended by an error)');
  });

  test('of something else end with 2', () => {
    expect(docktape(['stats', 'none.db'])).toEqual({
      status: 2,
      stdout: '',
      stderr: 'docktape: none.db does not exist: check the path\n',
    });
  });
});

test.each(['import', 'export', 'stats'])('%s --help has examples', (command) => {
  const { status, stdout } = docktape([command, '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain(`  docktape ${command}`);
});
