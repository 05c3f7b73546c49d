import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { childrenOf, processes } from '../../scripts/real/processes.mjs';
import { until } from '../support/processes.js';
import { docktape, end, rules, startDocktape } from './support/cli.js';
import { Output } from './support/output.js';
import { startSysdig } from './support/sysdig.js';

const folder = mkdtempSync(join(tmpdir(), 'docktape-lifecycle-'));
const capture = join(folder, 'slow.db');
const slow = `capture:${capture}?speed=1`;
/** In this time whatever needs no waiting is done, on a busy machine too; what hangs takes half a minute and more (ms). */
const PROMPT = 15_000;

const noDaemon = `unix://${folder}/nobody.sock`;

interface Loader {
  readonly start: () => ChildProcess;
  /** What it ends with on Ctrl-C: a replay was not done yet, which is 128 + SIGINT; the others have no end of their own. */
  readonly interrupted: number;
}

const loaders: Record<string, Loader> = {
  'docktape replay': {
    start: () => startDocktape('replay', capture, '--speed', '1', '-r', rules),
    interrupted: 130,
  },
  'docktape live': { start: () => startDocktape('live', noDaemon, '-r', rules), interrupted: 0 },
  'sysdig on a capture': {
    start: () => startSysdig({ openParams: slow, format: '%evt.num', bind: [folder] }),
    interrupted: 0,
  },
  'sysdig on a daemon': {
    start: () => startSysdig({ openParams: noDaemon, format: '%evt.num', bind: [folder] }),
    interrupted: 0,
  },
};

beforeAll(() => {
  // Recorded over an hour, so that a replay at the recorded pace is still running when it is killed.
  const events = [0, 1800, 3600].map((seconds) => {
    const time = 1_700_000_000 + seconds;
    const actor = { ID: 'c0ffee', Attributes: { image: 'busybox:1', name: 'one' } };
    return JSON.stringify({
      status: 'start',
      id: 'c0ffee',
      from: 'busybox:1',
      Type: 'container',
      Action: 'start',
      Actor: actor,
      scope: 'local',
      time,
      timeNano: time * 1e9,
    });
  });
  const lines = join(folder, 'slow.jsonl');
  writeFileSync(lines, `${events.join('\n')}\n`);
  docktape('import', lines, capture);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(Object.entries(loaders))('%s', (_name, { start, interrupted }) => {
  test('killed by SIGKILL, it leaves no host process', async () => {
    const loader = start();
    const host = await hostOf(loader);
    await end(loader, 'SIGKILL');
    await until(() => !processes().some((process) => process.pid === host), PROMPT);
  });

  test('Ctrl-C ends it, and the host with it', async () => {
    const loader = start();
    const output = new Output(loader);
    const host = await hostOf(loader);
    const asked = Date.now();
    await end(loader, 'SIGINT');
    expect(Date.now() - asked).toBeLessThan(PROMPT);
    expect(loader.exitCode).toBe(interrupted);
    const said = output.errors.map((line) => line.text).filter((text) => !text.startsWith('docktape: metrics: '));
    expect(said.filter((text) => /error|fail|lost/i.test(text))).toEqual([]);
    expect(processes().find((process) => process.pid === host)).toBeUndefined();
  });
});

/** Waits for the source host that a loader started; a replay's has by then delivered its first event. */
async function hostOf(loader: ChildProcess): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const host = childrenOf(loader.pid ?? -1).find((child) =>
      child.command.some((arg) => arg.endsWith('/source/main.js')),
    );
    if (host) {
      await sleep(500);
      return host.pid;
    }
    await sleep(50);
  }
  throw new Error('it started no source host within ten seconds');
}
