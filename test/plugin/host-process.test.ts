import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { childrenOf, isAlive, until } from '../support/processes.js';
import { type Drained, fakeHost, folder, Loader, type Result } from './loader.js';

let loader: Loader;
beforeEach(async () => {
  loader = await Loader.start();
});
afterEach(async () => loader.end());

let files = 0;
function newPath(): string {
  files += 1;
  return join(folder, `file${files}`);
}

async function open(steps: string): Promise<Result & { instance: boolean; ms: number }> {
  return await loader.do('open', 's', 'i', steps);
}

function script(text: string): string {
  const path = newPath();
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

describe('the host is started', () => {
  /** Lines of the fake host's report. */
  async function report(): Promise<string[]> {
    const path = newPath();
    await loader.init();
    await open(`report:${path};opened`);
    return readFileSync(path, 'utf8').trim().split('\n');
  }

  test('with its socket, its pipe, and no other descriptor of ours', async () => {
    const descriptors = (await report()).filter((line) => line.startsWith('fd/'));
    expect(descriptors.map((line) => line.replace(/\[.*/, ''))).toEqual([
      'fd/0=/dev/null',
      'fd/1=/dev/null',
      'fd/2=pipe:',
      'fd/3=socket:',
    ]);
  });

  test('even when our standard descriptors are closed or not close-on-exec', async () => {
    await loader.end();
    const file = openSync(join(folder, 'inherited'), 'w');
    // dlopen and the sockets then get the numbers that the host's own descriptors have.
    loader = await Loader.start(process.env, ['sh', '-c', 'exec 2>&- 7>/dev/null 3</dev/null; exec "$0"']);
    closeSync(file);
    const descriptors = (await report()).filter((line) => line.startsWith('fd/'));
    expect(descriptors.map((line) => line.replace(/[=].*/, ''))).toEqual(['fd/0', 'fd/1', 'fd/2', 'fd/3']);
    expect(descriptors[3]).toContain('socket:');
  });

  test('in a session of its own, with no signal blocked or ignored', async () => {
    await loader.end();
    loader = await Loader.start(process.env, ['sh', '-c', 'trap "" INT TERM PIPE CHLD HUP; exec "$0"']);
    const lines = await report();
    const value = (key: string) => lines.find((line) => line.startsWith(key))?.split(/[=:\s]+/)[1];
    expect(value('session=')).toBe(value('pid='));
    expect(value('parent=')).toBe(String(loader.pid));
    expect(value('SigBlk')).toMatch(/^0+$/);
    // Signals 32 and 33 are libc's own, which its posix_spawn leaves ignored.
    expect(BigInt(`0x${value('SigIgn')}`) & ~0x1_8000_0000n).toBe(0n);
  });

  test('in our working directory, with our environment but for NODE_* and LD_*', async () => {
    await loader.end();
    const env = {
      ...process.env,
      NODE_OPTIONS: '--inspect',
      LD_BIND_NOW: '1',
      DOCKER_HOST: 'unix:///x',
      NODELESS: '1',
    };
    loader = await Loader.start(env);
    const lines = await report();
    expect(lines).toContain(`cwd=${process.cwd()}`);
    const names = lines.filter((line) => line.startsWith('env:')).map((line) => line.slice(4).split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['DOCKER_HOST', 'NODELESS', 'PATH']));
    expect(names.filter((name) => /^(NODE_|LD_)/.test(name ?? ''))).toEqual([]);
  });
});

describe('an open that fails says why, within what Falco shows, and leaves nothing', () => {
  test.each([
    ['no such host', () => '/nowhere/docktape-host', /^no source host here; set init_config's host/],
    ['a folder', () => folder, /^the source host is not executable; chmod/],
    ['a file that is not executable', () => script(''), /^the source host is not executable/, 0o644],
    ['no program', () => script('text'), /^the source host is not executable/],
    ['no interpreter', () => script('#!/nowhere/node\n'), /^the source host's interpreter is missing; correct/],
    ['a host that ends at once', () => script('#!/bin/sh\nexit 3\n'), /did not start \(it ended: exit code 3\); check/],
    [
      'a host that says why it ends',
      () => script('#!/bin/sh\necho node: not found >&2\nexit 127\n'),
      /\(it ended: exit code 127: node: not found\)/,
    ],
    [
      'a crash of Node',
      () =>
        script(
          "#!/bin/sh\nprintf 'file:1\\n throw it\\n\\nError: no module\\n    at x\\n\\nNode.js v20\\n' >&2\nexit 1\n",
        ),
      /\(it ended: exit code 1: Error: no module\)/,
    ],
    ['a host that is killed', () => script('#!/bin/sh\nkill -9 $$\n'), /\(it ended: killed by signal 9, Killed\)/],
    ['a host that closes its socket', () => script('#!/bin/sh\nexec 3>&-\nsleep 60\n'), /closed its connection/],
  ])('%s', async (_, host, reason, mode?: number) => {
    const path = host();
    if (mode !== undefined) chmodSync(path, mode);
    await loader.init('s', { host: path });
    const before = loader.descriptors();
    const { rc, error, instance } = await open('');
    expect({ rc, instance }).toEqual({ rc: 'failure', instance: false });
    expect(error).toMatch(reason);
    expect(Buffer.byteLength(error ?? '')).toBeLessThan(256);
    await loader.do('close', 's', 'null');
    expect(loader.descriptors()).toEqual(before);
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test('an error of the host, and a later open succeeds', async () => {
    await loader.init();
    expect(await open('error:no such capture: check the path')).toMatchObject({
      rc: 'failure',
      error: 'no such capture: check the path',
      instance: false,
    });
    expect(await open('opened;events:1;end')).toMatchObject({ rc: 'success' });
    expect(await loader.do('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 1 });
  });

  test('a host that does not answer within 10 seconds', async () => {
    await loader.init();
    const { error, ms } = await open('sleep:60000');
    expect(error).toMatch(/^the source host did not start \(it did not answer within 10 s\)/);
    expect(ms).toBeGreaterThan(9_900);
    expect(ms).toBeLessThan(13_000);
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test('beside the library, when init_config names none', async () => {
    await loader.do('init', 's', '{}');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect((await open(`capture:${empty}/none.db`)).error).toContain(`${empty}/none.db`);
  });
});

describe('a host that crashes', () => {
  test('is started again, and a replay goes on where it was', async () => {
    await loader.init();
    await open(`opened:10;first:${newPath()};until:4;stderr:TypeError: x is undefined;signal:9;later;until:10;end`);
    const payloads: string[] = [];
    let result = await loader.next('s', 'i');
    for (; result.rc === 'success'; result = await loader.next('s', 'i')) {
      payloads.push(...result.events.map(({ payload }) => payload));
    }
    expect(result.rc).toBe('eof');
    expect(payloads).toEqual(Array.from({ length: 10 }, (_, n) => `{"n":${n}}`));
    expect(await loader.metrics()).toMatchObject({ host_restarts: 1, events: 10 });
    expect(await loader.do('progress', 's', 'i')).toMatchObject({ progress: 10_000 });
    const texts = (await loader.log()).map(({ text }) => text);
    expect(texts).toContain('source host: TypeError: x is undefined');
    expect(texts).toContainEqual(
      'the source host crashed (it ended: killed by signal 9, Killed: TypeError: x is undefined); it is started again in 50 ms',
    );
  });

  test('in the middle of a frame loses and repeats nothing', async () => {
    await loader.init();
    const half = Buffer.from([100, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0x35, 0x20]).toString('hex');
    await open(`opened:6;first:${newPath()};until:3;bytes:${half};exit:1;later;until:6;end`);
    expect(await loader.do('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 6 });
  });

  test('of a replay is given up after three restarts without an event, with the reason', async () => {
    await loader.init();
    await open(`opened:9;first:${newPath()};events:2;later;stderr:Error: the file is gone;exit:1`);
    const { rc, error, events, ms } = await loader.do<Drained>('drain', 's', 'i');
    expect({ rc, events }).toEqual({ rc: 'failure', events: 2 });
    expect(error).toMatch(/^the source host keeps crashing \(it ended: exit code 1: Error: the file is gone\); /);
    expect(ms).toBeGreaterThan(50 + 100 + 200);
    expect(await loader.metrics()).toMatchObject({ host_restarts: 3 });
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test('is not given up while it delivers events in between', async () => {
    await loader.init();
    const lives = Array.from({ length: 5 }, (_, i) => `first:${newPath()};until:${i + 1};exit:1;later`);
    await open(`opened:8;${lives.join(';')};until:8;end`);
    expect(await loader.do('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 8 });
    expect(await loader.metrics()).toMatchObject({ host_restarts: 5 });
  });

  test('does not make next_batch wait longer than it may', async () => {
    await loader.init();
    await open('opened;exit:1');
    for (let i = 0; i < 8; i++) {
      const { ms } = await loader.do<{ ms: number }>('next', 's', 'i');
      expect(ms).toBeLessThan(700); // ending a host may take a moment
    }
  });

  test('its counts go on with those of the next one', async () => {
    await loader.init();
    const first = 'stats:9:5:1:2:3:4:70:6:2:1;stats:9:4;events:1;exit:1';
    await open(`opened;first:${newPath()};${first};later;stats:4:2:10:20:30:40:80:60:20:10;events:1;end`);
    await loader.do('drain', 's', 'i');
    const counted = { dropped: 7, reconnects: 11, retries: 22, gaps_certain: 33, gaps_possible: 44 };
    const asked = { inspects: 66, inspects_failed: 22, inspects_late: 11 };
    expect(await loader.metrics()).toMatchObject({ ...counted, ...asked, queue_bytes: 0, lag_ms: 0 });
  });
});

describe('a stop of the whole service, which is for every process of it,', () => {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const complaints = async () => (await loader.log()).filter(({ severity }) => severity < 6);

  test('does not end the host: it ends with its source', async () => {
    await loader.do('init', 's', '{}');
    expect(await open(`capture:${projectPath('captures/exec.db')}?speed=0.001`)).toMatchObject({ rc: 'success' });
    await loader.next('s', 'i');
    const host = childrenOf(loader.pid)[0]?.pid ?? 0;
    for (const signal of signals) process.kill(host, signal);
    for (let i = 0; i < 10; i++) expect(await loader.do('next', 's', 'i')).toMatchObject({ rc: 'timeout' });
    expect(childrenOf(loader.pid)).toEqual([{ pid: host, state: expect.not.stringMatching('Z') }]);
    await loader.do('close', 's', 'i');
    expect(await complaints()).toEqual([]);
  });

  test.each(signals)('is no crash of a host that does not ignore %s yet', async (signal) => {
    const begun = newPath();
    const short = signal.slice(3);
    const text = `#!/bin/sh\n[ -e ${begun} ] || { : >${begun}; kill -${short} $$; }\nexec ${fakeHost}\n`;
    await loader.init('s', { host: script(text) });
    expect(await open('opened;events:1;end')).toMatchObject({ rc: 'success' });
    expect(await loader.do('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 1 });
    expect((await loader.log()).map(({ severity, text }) => `${severity} ${text}`)).toEqual([
      expect.stringMatching(
        /^6 the source host was told to end \(it ended: killed by signal \d+, \w+\); it is started again/,
      ),
      '6 opened a fake source',
    ]);
  });

  test('is a failed open when a host is told to end each time', async () => {
    await loader.init('s', { host: script('#!/bin/sh\nkill -TERM $$\n') });
    const { rc, error } = await open('');
    expect(rc).toBe('failure');
    expect(error).toMatch(/^the source host keeps crashing \(it ended: killed by signal 15, Terminated\)/);
  });
});

test('what the host writes to standard error never blocks it', async () => {
  await loader.init();
  await open(`opened;${`stderr:${'x'.repeat(5000)};`.repeat(40)}events:1;end`);
  expect(await loader.do('drain', 's', 'i')).toMatchObject({ rc: 'eof', events: 1 });
});

describe('close', () => {
  test('ends the host and leaves no descriptor and no zombie', async () => {
    await loader.init();
    const before = loader.descriptors();
    for (let i = 0; i < 20; i++) {
      expect(await open('opened;events:5;hold')).toMatchObject({ rc: 'success' });
      await loader.next('s', 'i');
      await loader.do('close', 's', 'i');
    }
    expect(loader.descriptors()).toEqual(before);
    expect(childrenOf(loader.pid)).toEqual([]);
  });

  test('kills a host that clings to life, and its own children', async () => {
    const host = script(`#!/bin/sh\ntrap '' HUP TERM\nsleep 300 &\nexec ${fakeHost}\n`);
    await loader.init('s', { host });
    await open('opened;cling');
    const child = childrenOf(loader.pid)[0]?.pid ?? 0;
    const grandchild = childrenOf(child)[0]?.pid ?? 0;
    expect([isAlive(child), isAlive(grandchild)]).toEqual([true, true]);
    await loader.do('close', 's', 'i');
    expect(childrenOf(loader.pid)).toEqual([]);
    await until(() => !isAlive(grandchild), 1000);
  });

  test('takes NULL, and what is already closed', async () => {
    await loader.init();
    await loader.do('close', 's', 'null');
    await open('opened;hold');
    await loader.do('close', 's', 'i');
    await loader.do('close', 's', 'i');
    expect(await loader.do('next', 's', 'i')).toMatchObject({
      rc: 'failure',
      error: 'this source is not open; open it first',
    });
  });

  test('is made up for by destroy', async () => {
    await loader.init();
    const before = loader.descriptors();
    await open('opened;hold');
    await loader.do('destroy', 's');
    expect(childrenOf(loader.pid)).toEqual([]);
    expect(loader.descriptors()).toEqual(before);
  });
});

test('a host that is gone raises no SIGPIPE, and no signal disposition is changed', async () => {
  const before = ['SigIgn', 'SigCgt', 'SigBlk'].map((key) => loader.status(key));
  await loader.init('s', { host: script('#!/bin/sh\nexec 3>&-\nexit 0\n') });
  for (let i = 0; i < 20; i++) await open('x'.repeat(300_000));
  expect(['SigIgn', 'SigCgt', 'SigBlk'].map((key) => loader.status(key))).toEqual(before);
});

test('no other program that our process starts inherits a descriptor of the source', async () => {
  await loader.init();
  const before = loader.descriptors();
  await open('opened;hold');
  const added = [...loader.descriptors().keys()].filter((number) => !before.has(number));
  expect(added).toHaveLength(2);
  const closeOnExec = 0o2000000;
  for (const number of added) {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/${loader.pid}/fdinfo/${number}`, 'utf8'))?.[1] ?? '0';
    expect(Number.parseInt(flags, 8) & closeOnExec).toBe(closeOnExec);
  }
});

test('the library adds no thread', async () => {
  await loader.init();
  await open('opened;events:3;hold');
  await loader.next('s', 'i');
  expect(loader.status('Threads')).toBe('1');
});

test('when the loader is killed, its host ends within a second', async () => {
  await loader.init();
  await open('opened;hold');
  const host = childrenOf(loader.pid)[0]?.pid ?? 0;
  expect(isAlive(host)).toBe(true);
  loader.child.kill('SIGKILL');
  await until(() => !isAlive(host), 1000);
});
