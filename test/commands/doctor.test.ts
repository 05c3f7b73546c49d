import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '#docktape/doctor/examine.js';
import { Docktape, docktape, projectPath } from '../support/docktape.js';
import { FakeDaemon } from '../support/fake-daemon.js';

/** No Falco, whatever this machine has. */
const env = { DOCKTAPE_FALCO: '', PATH: '/nowhere' };

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.answer('/_ping', (_, response) => response.end('OK'));
});
afterEach(() => daemon.remove());

interface Report {
  readonly version: number;
  readonly ok: boolean;
  readonly checks: readonly Finding[];
}

/** The findings about docktape, Falco and the source of the events; Falco's surroundings are those of this machine. */
function own(report: Report): Finding[] {
  return report.checks.filter(({ group }) => group !== "Falco's surroundings");
}

describe('docktape doctor', () => {
  test('01 with a daemon that answers: each line says what was found', async () => {
    const { code, stdout, stderr } = await docktape(['doctor', daemon.address], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // How many lines a finding takes depends on the paths of this machine.
    const [head = '', falco = '', docker = ''] = stdout.replaceAll(/\n {20} */g, ' ').split('\n\n');
    expect(head).toMatch(/^docktape\n {2}✓ runtime .*\n {2}✓ native modules .*\n {2}✓ library .*\n {2}✓ source host /);
    expect(falco).toMatch(
      /^Falco\n {2}– program +not checked: Falco is not installed: no falco on PATH[^–]*– plugin +not checked: no Falco to load it$/,
    );
    expect(docker).toMatch(
      /^Docker daemon\n {2}✓ address [^✓]*\n {2}✓ socket [^✓]*\n {2}✓ version +Docker 20\.10\.24, API 1\.41\n {2}✓ events +the stream is open/,
    );
    expect(stdout).toMatch(/\nAll is well\.\n$/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('02 without a daemon it is a problem, with the fix', async () => {
    await daemon.leave();
    const { code, stdout } = await docktape(['doctor', daemon.address], env);
    expect(code).toBe(2);
    expect(stdout).toContain('  ✗ socket          there is no socket');
    expect(stdout).toContain('→ start Docker');
    expect(stdout).toMatch(/\n1 problem\.\n$/);
  });

  test('03 a daemon that accepts and never answers is a problem within seconds', async () => {
    daemon.answer('/_ping', () => {});
    const began = Date.now();
    const { code, stdout } = await docktape(['doctor', daemon.address], env);
    expect(code).toBe(2);
    expect(stdout).toContain('no answer within 3 s');
    expect(Date.now() - began).toBeLessThan(25_000);
  });

  test('04 with a capture no daemon is needed', async () => {
    const { code, stdout } = await docktape(['doctor', projectPath('captures/exec.db')], env);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ file            ');
    expect(stdout).not.toContain('Docker daemon');
  });

  test('05 as JSON', async () => {
    const { stdout } = await docktape(['doctor', daemon.address, '--json'], env);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ version: 1, ok: true });
    expect(own(report).map(({ group, check, status }) => [group, check, status])).toEqual([
      ['docktape', 'runtime', 'ok'],
      ['docktape', 'native modules', 'ok'],
      ['docktape', 'library', 'ok'],
      ['docktape', 'source host', 'ok'],
      ['Falco', 'program', 'not checked'],
      ['Falco', 'plugin', 'not checked'],
      ['Docker daemon', 'address', 'ok'],
      ['Docker daemon', 'socket', 'ok'],
      ['Docker daemon', 'version', 'ok'],
      ['Docker daemon', 'events', 'ok'],
      ['Docker daemon', 'containers', 'ok'],
      ['Docker daemon', 'enrichment', 'ok'],
    ]);
  });

  test('06 Ctrl-C while it waits ends it at once, with nothing left', async () => {
    const asked = new Promise<void>((resolve) => daemon.answer('/_ping', () => resolve()));
    const temporary = mkdtempSync(join(tmpdir(), 'docktape-test-'));
    const doctor = new Docktape(['doctor', daemon.address], { ...env, TMPDIR: temporary });
    await asked;
    doctor.kill('SIGINT');
    const { code, stdout, stderr } = await doctor.ended();
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(stdout).not.toContain('problem');
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  test('07 params that are none are wrong use', async () => {
    const { code, stdout, stderr } = await docktape(['doctor', 'docker.sock'], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('docktape: open params: ');
  });

  test('08 a Falco that is named and not there is a problem', async () => {
    const { code, stdout } = await docktape(['doctor', daemon.address, '--falco', '/nowhere/falco'], env);
    expect(code).toBe(2);
    expect(stdout).toContain('  ✗ program         /nowhere/falco');
  });

  test('09 no value of a variable is told but an address', async () => {
    const secrets = { ...env, DOCKER_HOST: `tcp://ann:hunter2@127.0.0.1:1`, DOCKER_CERT_PATH: '/secret/hunter2' };
    const { code, stdout, stderr } = await docktape(['doctor'], secrets);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

describe('a broken installation', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docktape-broken-'));
    for (const name of ['dist', 'package.json']) cpSync(projectPath(name), join(folder, name), { recursive: true });
    symlinkSync(projectPath('node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('01 without what was built still has a doctor, who says so', () => {
    const args = [join(folder, 'dist/cli.js'), 'doctor', 'unix:///nowhere.sock'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/✗ native modules +plugin_host\.node, which is for the plugin, cannot be loaded/);
    expect(stdout).toMatch(/– library +not checked: without the native modules/);
    expect(status).toBe(2);
  });
});
