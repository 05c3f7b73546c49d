import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { falcoAlerts } from '#docktape/falco/program/falco-alerts.js';
import type { FalcoRun } from '#docktape/falco/program/falco-run.js';
import type { Alert } from '#docktape/rules/output/alert.js';
import { pidIn, privateFolders, recordedPath, runOf, standIn, stateOf, until } from './stand-in.js';

// How a process is handled, shown on shell scripts in the place of Falco; what Falco itself does is for test/real.

const folder = mkdtempSync(join(tmpdir(), 'docktape-runner-'));
const pidFile = join(folder, 'pid');
const temporary = process.env.TMPDIR;
const alert = readFileSync(recordedPath('alerts.txt'), 'utf8').split('\n')[0];
const writePid = `echo $$ > '${pidFile}'`;
/** What Falco says when it is asked about rules that have nothing wrong. */
const rulesAreFine = `case " $* " in *' -V '*) echo '{"falco_load_results":[]}'; exit 0;; esac`;

beforeAll(() => {
  process.env.TMPDIR = folder;
});
afterAll(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  expect(privateFolders(folder)).toEqual([]);
  rmSync(pidFile, { force: true });
});

function run(script: string, more: Partial<FalcoRun> = {}): FalcoRun {
  return runOf(standIn(folder, script), more);
}

async function all(alerts: AsyncIterable<readonly Alert[]>): Promise<Alert[]> {
  const found: Alert[] = [];
  for await (const batch of alerts) found.push(...batch);
  return found;
}

describe('a program that ends well', () => {
  it('gives its alerts, its warnings, and nothing of what else it prints', async () => {
    const warnings: string[] = [];
    const script = `cat '${recordedPath('alerts.txt')}'; echo 'a line'; echo '{no alert, behind the counts'; echo careful >&2`;
    const alerts = await all(falcoAlerts(run(script, { onWarning: (line) => warnings.push(line) })));
    expect(alerts.map(({ number, rule }) => `${number} ${rule}`)).toEqual([
      '1 Every kind of value',
      '2 Details',
      '21 Details',
      '22 Every kind of value',
    ]);
    expect(warnings).toEqual(['careful']);
  });

  it('finds rules and a configuration in a folder that is private', async () => {
    const warnings: string[] = [];
    const files = [
      { name: 'rules/b.yaml', text: '# gr\u00f6\u00dfer\n' },
      { name: 'rules/a.yml', text: '' },
    ];
    const script = `cd "$(dirname "$2")"; stat -c %a . >&2; ls >&2; cat rules-1.yaml >&2; echo "$PWD/rules-2.yaml is odd" >&2`;
    await all(falcoAlerts(run(script, { files, onWarning: (line) => warnings.push(line) })));
    expect(warnings).toEqual([
      '700',
      'falco.yaml',
      'rules-1.yaml',
      'rules-2.yaml',
      '# gr\u00f6\u00dfer',
      'rules/a.yml is odd',
    ]);
  });

  it('has the host name and the time zone that it is given, and no variables of Falco', async () => {
    const warnings: string[] = [];
    process.env.FALCO_CGROUP_MEM_PATH = '/x';
    const more = { hostname: 'h', timeZone: 'UTC', onWarning: (line: string) => warnings.push(line) };
    await all(falcoAlerts(run('env | grep -E "^(FALCO|TZ)" | sort >&2', more)));
    delete process.env.FALCO_CGROUP_MEM_PATH;
    expect(warnings).toEqual(['FALCO_HOSTNAME=h', 'TZ=UTC']);
  });

  it('tells what an alert has anyway from what was asked for as details', async () => {
    const script = `case " $* " in *' -V '*) cat '${recordedPath('described.json.txt')}';; *) cat '${recordedPath('alerts.txt')}';; esac`;
    const details = new Map([
      ['Details', ['docker.type', 'docker.exitcode']],
      ['Every kind of value', ['docker.exitcode']],
    ]);
    const [first, second] = await all(falcoAlerts(run(script, { details })));
    expect([...(first?.details ?? [])]).toEqual([['docker.exitcode', undefined]]);
    expect(first?.fields.has('docker.exitcode')).toBe(true);
    expect(second?.details.get('docker.type')).toBe('network');
  });
});

describe('a program that fails', () => {
  it('is an error with its reason', async () => {
    const failing = all(falcoAlerts(run(`${rulesAreFine}; echo '${alert}'; echo 'Error: no more events' >&2; exit 1`)));
    await expect(failing).rejects.toMatchObject({
      code: 'FALCO',
      message: `Falco 0.44.1 (${folder}/stand-in) ended with exit code 1: no more events`,
    });
  });

  it('is an error with its last lines when it gives no reason', async () => {
    const failing = all(
      falcoAlerts(run(`${rulesAreFine}; for i in 1 2 3; do echo line $i >&2; done; exit 7`, { onWarning: () => {} })),
    );
    const message = `Falco 0.44.1 (${folder}/stand-in) ended with exit code 7`;
    await expect(failing).rejects.toMatchObject({ message, details: `${message}\n  line 1\n  line 2\n  line 3` });
  });

  it('is an error when it counts more alerts than it has printed', async () => {
    await expect(all(falcoAlerts(run(`echo '${alert}'; echo 'Events detected: 2'`)))).rejects.toMatchObject({
      message: `Falco 0.44.1 (${folder}/stand-in) printed 1 of 2 alerts`,
    });
  });

  it('is an error that names the signal', async () => {
    await expect(all(falcoAlerts(run(`echo '${alert}'; kill -SEGV $$`)))).rejects.toMatchObject({
      message: `Falco 0.44.1 (${folder}/stand-in) was ended by SIGSEGV`,
    });
  });

  it('is ended when it prints what is no alert', async () => {
    const failing = all(falcoAlerts(run(`${writePid}; echo '{"what":1}'; exec sleep 60`)));
    await expect(failing).rejects.toThrow('Falco printed a line that is no alert as docktape knows them: {"what":1}');
    expect(stateOf(await pidIn(pidFile))).toBeUndefined();
  });

  it('is ended when it says nothing for too long', async () => {
    const script = `${writePid}; echo '${alert}'; sleep 0.2; echo still there >&2; exec sleep 60`;
    const started = Date.now();
    await expect(all(falcoAlerts(run(script, { silenceLimit: 500, onWarning: () => {} })))).rejects.toMatchObject({
      details: `Falco 0.44.1 (${folder}/stand-in) said nothing for 0.5 s and was ended: find out why it hangs, or give it longer with --falco-timeout\n  still there`,
    });
    expect(Date.now() - started).toBeGreaterThan(600);
    expect(stateOf(await pidIn(pidFile))).toBeUndefined();
  });
});

describe('a run that is not wanted any more', () => {
  it('does not begin', async () => {
    const reason = new Error('enough');
    await expect(all(falcoAlerts(run(writePid, { signal: AbortSignal.abort(reason) })))).rejects.toBe(reason);
  });

  it('ends with the signal, also while the consumer holds alerts', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const script = `${writePid}; echo '${alert}'; exec sleep 60`;
    const alerts = falcoAlerts(run(script, { signal: abort.signal }));
    expect((await alerts.next()).value).toHaveLength(1);
    abort.abort(reason);
    const pid = await pidIn(pidFile);
    await until(() => stateOf(pid) === undefined, 'its end');
    await expect(alerts.next()).rejects.toBe(reason);
  });

  it('ends when the consumer leaves', async () => {
    for await (const _ of falcoAlerts(run(`${writePid}; exec yes '${alert}'`))) break;
    expect(stateOf(await pidIn(pidFile))).toBeUndefined();
  });

  it('is killed when it does not end', async () => {
    const started = Date.now();
    for await (const _ of falcoAlerts(run(`trap '' INT; ${writePid}; echo '${alert}'; while :; do sleep 0.1; done`)))
      break;
    expect(stateOf(await pidIn(pidFile))).toBeUndefined();
    expect(Date.now() - started).toBeGreaterThan(4000);
  });

  it('does not outlive a docktape that is killed, nor does its folder', async () => {
    const script = fileURLToPath(new URL('run-alone.mjs', import.meta.url));
    const { path } = standIn(folder, `${writePid}; exec sleep 60`);
    const alone = spawn(process.execPath, [script, path], { stdio: 'ignore' });
    const pid = await pidIn(pidFile);
    expect(privateFolders(folder)).toHaveLength(1);
    alone.kill('SIGKILL');
    await once(alone, 'close');
    await until(() => stateOf(pid) === undefined, 'the end of the program');
    await until(() => privateFolders(folder).length === 0, 'the folder to be removed');
  });

  it('does not outlive a worker thread that is terminated', async () => {
    const { path } = standIn(folder, `${writePid}; exec sleep 60`);
    const worker = new Worker(new URL('run-alone.mjs', import.meta.url), { argv: [path] });
    const pid = await pidIn(pidFile);
    await worker.terminate();
    await until(() => stateOf(pid) === undefined, 'the end of the program');
    await until(() => privateFolders(folder).length === 0, 'the folder to be removed');
  });
});

describe('a consumer that is slow', () => {
  it('holds the program up, and gets every alert', async () => {
    // More than may wait, and more than a pipe holds besides.
    const count = 30_000;
    writeFileSync(join(folder, 'many'), `${alert}\n`.repeat(count));
    const alerts = falcoAlerts(run(`${writePid}; exec cat '${folder}/many'`));
    let received = (await alerts.next()).value?.length ?? 0;
    const pid = await pidIn(pidFile);
    await until(() => stateOf(pid) === 'T', 'the program to be stopped');
    await sleep(100);
    for await (const batch of alerts) received += batch.length;
    expect(received).toBe(count);
  });
});
