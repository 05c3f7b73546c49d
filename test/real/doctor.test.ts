import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '#docktape/doctor/examine.js';
import { findServices } from '#docktape/doctor/systemd/find-units.js';
import { Sandbox } from '#docktape/doctor/systemd/sandbox.js';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import { TestHost } from '../doctor/support/test-host.js';
import { docktape, type Ended, projectPath } from '../support/docktape.js';
import { runContainers } from './support/containers.js';

/** No Falco but the one that a test names. */
const env = { DOCKTAPE_FALCO: '' };

async function findings(
  ...args: string[]
): Promise<{ code: number | null; of: (check: string) => Finding | undefined }> {
  const { code, stdout } = await docktape(['doctor', '--json', ...args], env);
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  return { code, of: (check) => checks.find((finding) => finding.check === check) };
}

describe('docktape doctor, and a real daemon', () => {
  let dockerd: Dockerd;
  beforeAll(async () => {
    dockerd = await startDockerd();
  });
  afterAll(() => dockerd?.stop());

  test('01 that has nothing to say: version, API, and an open stream', async () => {
    const { code, of } = await findings(dockerd.host);
    const { Version, ApiVersion } = await dockerd.docker.version();
    expect(of('version')).toMatchObject({ status: 'ok', found: `Docker ${Version}, API ${ApiVersion}` });
    expect(of('socket')).toMatchObject({ status: 'ok' });
    expect(of('events')).toMatchObject({ status: 'ok' });
    expect(of('enrichment')).toMatchObject({ status: 'ok', found: 'it tells what containers and execs are' });
    expect(code).toBe(0);
  });

  test('02 that remembers events says how many, and the latest', async () => {
    await runContainers(dockerd, 2);
    const { of } = await findings(dockerd.host);
    expect(of('events')?.found).toMatch(
      /^the stream is open; it remembers \d+ of the last hour, the latest \(container destroy\) from \d+ s ago/,
    );
  });

  test('03 that is busy gives a real event within the second', async () => {
    const doctor = findings(dockerd.host);
    let isOver = false;
    const over = doctor.finally(() => {
      isOver = true;
    });
    while (!isOver) await (await dockerd.docker.createVolume({ Name: 'busy' })).remove();
    await over;
    expect((await doctor).of('events')?.found).toMatch(/^one came within a second \(volume \w+\)/);
  });

  test('04 that somebody else may not use: the socket’s owner, and the fix', () => {
    chmodSync(dockerd.folder, 0o755);
    const args = [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      projectPath('dist/cli.js'),
      'doctor',
      dockerd.host,
      '--json',
    ];
    const { stdout, stderr, status } = spawnSync('setpriv', args, {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: '/' },
    });
    expect(stderr).toBe('');
    const { checks } = JSON.parse(stdout) as { checks: Finding[] };
    const of = (name: string) => checks.find(({ check }) => check === name);
    expect(of('socket')).toMatchObject({
      status: 'problem',
      found: expect.stringMatching(/\(root:\w+, 0660\) may not be used by nobody$/),
    });
    expect(of('events')).toMatchObject({ status: 'not checked' });
    expect(status).toBe(2);
  });
});

describe.runIf(process.env.DOCKTAPE_FALCO)('real Falco', () => {
  const program = process.env.DOCKTAPE_FALCO ?? '';
  const capture = projectPath('captures/exec.db');
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docktape-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function falco(config: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(program, ['-c', config, ...args], { encoding: 'utf8', timeout: 60_000 });
  }

  async function configured(name: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr }: Ended = await docktape(['config', ...args], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    writeFileSync(join(folder, name), stdout);
    return join(folder, name);
  }

  test('01 takes the fragment beside its own configuration', async () => {
    const fragment = await configured('docktape.yaml', 'live?since=10m');
    const main = join(folder, 'falco.yaml');
    const own = {
      config_files: [fragment],
      load_plugins: [],
      engine: { kind: 'nodriver' },
      stdout_output: { enabled: true },
    };
    writeFileSync(main, JSON.stringify({ ...own, rules_files: [projectPath('rules')], log_stderr: true }));
    const { status, stderr } = falco(main, '--dry-run');
    expect(stderr).toContain("Loaded plugin 'docker@");
    expect(stderr).not.toContain('schema validation: failed');
    expect(status).toBe(0);
  });

  test('02 validates rules with the fragment alone', async () => {
    const fragment = await configured('docktape.yaml');
    expect(falco(fragment, '-V', projectPath('rules/docker_rules.yaml')).status).toBe(0);
  });

  test('03 takes a whole configuration of a live source', async () => {
    const whole = await configured('falco.yaml', '--standalone', 'unix:///run/docker.sock');
    const { status, stderr } = falco(whole, '--dry-run', '--enable-source', 'docker');
    expect(stderr).toContain('schema validation: ok');
    expect(status).toBe(0);
  });

  test('04 replays a capture with what is printed for it, and ends', async () => {
    const whole = await configured('falco.yaml', `${capture}?session=1`);
    const { status, stdout } = falco(whole, '--enable-source', 'docker');
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.includes('Shell executed in container'))).not.toHaveLength(0);
  });

  test('05 is in order for the doctor', async () => {
    const { code, of } = await findings(capture, '--falco', program);
    expect(of('program')).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/: Falco \d+\.\d+\.\d+.*, plugin API 3\./),
    });
    expect(of('plugin')).toEqual({
      group: 'Falco',
      check: 'plugin',
      status: 'ok',
      found: 'Falco loads the library and knows its fields',
    });
    expect(code).toBe(0);
  });

  test('06 that does not load a library has told why', async () => {
    const broken = join(folder, 'libdocker.so');
    writeFileSync(broken, 'text');
    const { stdout } = await docktape(['doctor', capture, '--falco', program, '--json'], {
      ...env,
      DOCKTAPE_PLUGIN: broken,
    });
    const { checks } = JSON.parse(stdout) as { checks: Finding[] };
    expect(checks.find(({ check }) => check === 'library')).toMatchObject({ status: 'problem' });
    expect(checks.find(({ check }) => check === 'plugin')).toMatchObject({ status: 'not checked' });
  });
});

/** What systemd makes of units without running them, as far as it tells. */
describe.runIf(existsSync('/usr/bin/systemd-analyze'))('systemd itself', () => {
  let host: TestHost;
  beforeEach(() => {
    host = new TestHost();
  });
  afterEach(() => host.remove());

  function judged(unit: string): Record<string, boolean | null> {
    const args = ['security', '--offline=true', `--root=${host.root}`, '--json=short', '--no-pager', unit];
    const { stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    const all = JSON.parse(stdout) as { json_field: string; set: boolean | null }[];
    return Object.fromEntries(all.map(({ json_field, set }) => [json_field, set]));
  }

  test.each([
    [[]],
    [['PrivateTmp=yes', 'ProtectHome=yes']],
    [['PrivateTmp=true\nPrivateTmp=off', 'ProtectHome=maybe']],
    [['PrivateTmp=1\nPrivateTmp=', 'ProtectHome=on\nProtectHome=read-only']],
    [['DynamicUser=yes']],
    [['DynamicUser=yes', 'PrivateTmp=no']],
    [['RestrictAddressFamilies=~AF_PACKET', 'PrivateNetwork=on']],
    [['RestrictAddressFamilies=AF_INET AF_INET6']],
    [['RestrictAddressFamilies=AF_INET\nRestrictAddressFamilies=AF_UNIX']],
    [['RestrictAddressFamilies=AF_INET\nRestrictAddressFamilies=\nRestrictAddressFamilies=~AF_UNIX']],
    [['RestrictAddressFamilies=none', 'MemoryDenyWriteExecute=y']],
    [['MemoryDenyWriteExecute=yes # not a comment']],
    [['# PrivateTmp=yes', '  PrivateNetwork =  yes  ', 'MemoryDenyWriteExecute=\\\n; comment\nyes']],
  ])('reads settings the same: %j', (settings) => {
    host.file('/usr/lib/systemd/system/falco-x.service', '[Service]\nExecStart=/usr/bin/falco\n');
    host.link('/etc/systemd/system/falco.service', '/usr/lib/systemd/system/falco-x.service');
    const places = [
      '/etc/systemd/system/falco.service.d',
      '/usr/lib/systemd/system/falco-.service.d',
      '/run/systemd/system/service.d',
    ];
    settings.forEach((setting, index) => {
      host.file(`${places[index % places.length]}/${9 - index}.conf`, `[Service]\n${setting}\n`);
    });
    const [unit] = findServices(host.tree, /^falco/);
    if (!unit) throw new Error('no unit');
    const sandbox = new Sandbox(unit);
    expect({
      PrivateTmp: sandbox.hides('/tmp/a') !== undefined,
      ProtectHome: sandbox.hides('/home/a') !== undefined,
      PrivateNetwork: sandbox.deniesNetwork !== undefined,
      MemoryDenyWriteExecute: sandbox.deniesCompiling !== undefined,
      RestrictAddressFamilies_AF_UNIX: sandbox.deniesFamily('AF_UNIX') !== undefined,
    }).toEqual(
      Object.fromEntries(
        Object.entries(judged('falco-x.service')).filter(([name]) =>
          [
            'PrivateTmp',
            'ProtectHome',
            'PrivateNetwork',
            'MemoryDenyWriteExecute',
            'RestrictAddressFamilies_AF_UNIX',
          ].includes(name),
        ),
      ),
    );
  });
});
