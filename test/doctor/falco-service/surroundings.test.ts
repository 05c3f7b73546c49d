import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkSurroundings, type SurroundingsInput } from '#docktape/doctor/falco-service/check-surroundings.js';
import { checkContainer } from '#docktape/doctor/falco-service/container.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { projectPath } from '../../support/docktape.js';
import { TestHost } from '../support/test-host.js';

let host: TestHost;
beforeEach(() => {
  host = new TestHost().ordinary();
});
afterEach(() => host.remove());

async function surroundings(more: Partial<SurroundingsInput> = {}): Promise<string[]> {
  const params = { mode: 'live', address: 'unix:///var/run/docker.sock' } as const;
  const lines: string[] = [];
  const input = { tree: host.tree, env: {}, params, library: libraryPath(), ...more };
  for await (const { check, outcome } of checkSurroundings(input)) {
    lines.push(`${check}: ${outcome.status}: ${outcome.found}${outcome.advice ? ` → ${outcome.advice}` : ''}`);
  }
  return lines;
}

describe('Falco’s surroundings', () => {
  test('01 where there is no Falco nothing is checked, and nothing is a problem', async () => {
    expect(await surroundings()).toEqual([
      'configuration: not checked: there is no /etc/falco/falco.yaml',
      'service: not checked: systemd has no service that runs Falco',
      "container: not checked: this is not Falco's image: HOST_ROOT is not set",
    ]);
  });

  test('02 a service whose Falco does not load the plugin is no problem, but says what would become one', async () => {
    host.file('/etc/falco/falco.yaml', 'load_plugins: []\n');
    host.file('/usr/lib/systemd/system/falco.service', '[Service]\nExecStart=/usr/bin/falco\nPrivateNetwork=yes\n');
    const [, service] = await surroundings({ params: { mode: 'live', address: 'tcp://127.0.0.1:2375' } });
    expect(service).toMatch(
      /^service: not checked: falco\.service: \/etc\/falco\/falco\.yaml does not load the plugin → once it does: falco\.service has PrivateNetwork=yes/,
    );
  });

  test('03 the service that docktape ships, as installed, is in order', async () => {
    host.file(
      '/etc/systemd/system/falco-docker.service',
      readFileSync(projectPath('packaging/systemd/falco-docker.service')),
    );
    host.file('/etc/falco/falco-docker.yaml', readFileSync(projectPath('packaging/systemd/falco-docker.yaml')));
    host.file('/usr/share/falco/plugins/libdocker.so', readFileSync(libraryPath()));
    await host.socket('/run/docker.sock');
    host.mode('/run/docker.sock', 0o666);
    const [configuration, service] = await surroundings();
    expect(configuration).toBe(
      'configuration: ok: /etc/falco/falco-docker.yaml loads /usr/share/falco/plugins/libdocker.so',
    );
    expect(service).toBe(
      'service: ok: falco-docker.service, as falco-docker, can use the library and unix:///var/run/docker.sock',
    );
  });

  test('04 an init_config that the plugin refuses is a problem', async () => {
    host.file('/usr/share/falco/plugins/libdocker.so', readFileSync(libraryPath()));
    host.file(
      '/etc/falco/falco.yaml',
      'plugins: [{name: docker, library_path: libdocker.so, init_config: {flush: 1}}]\n',
    );
    expect((await surroundings())[1]).toContain("gives the plugin what it refuses: init_config: unknown key 'flush'");
  });
});

describe('in Falco’s image', () => {
  const wanted = { name: 'unix:///var/run/docker.sock', socketPath: '/var/run/docker.sock' };

  test('01 the host’s socket is found where it is mounted, with what to write', async () => {
    await host.socket('/host/var/run/docker.sock');
    expect(checkContainer('/host', wanted, host.tree)).toEqual({
      status: 'problem',
      found:
        "/var/run/docker.sock is not in this container, and the host's socket is mounted as /host/var/run/docker.sock",
      advice: 'set open_params: unix:///host/var/run/docker.sock (`docktape config unix:///host/var/run/docker.sock`)',
    });
  });

  test('02 a mount of the whole host has it below /run, as /var/run leads out of it', async () => {
    host.link('/host/var/run', '/run');
    await host.socket('/host/run/docker.sock');
    expect(checkContainer('/host', wanted, host.tree).advice).toContain('open_params: unix:///host/run/docker.sock');
  });

  test('03 without a mount it says which one is missing', () => {
    expect(checkContainer('/host', wanted, host.tree)).toMatchObject({
      status: 'problem',
      advice: expect.stringContaining('-v /var/run/docker.sock:/host/var/run/docker.sock'),
    });
  });

  test('04 a socket that is there, or none that is needed, is fine', async () => {
    await host.socket('/host/var/run/docker.sock');
    const mounted = { name: 'unix:///host/var/run/docker.sock', socketPath: '/host/var/run/docker.sock' };
    expect(checkContainer('/host', mounted, host.tree).status).toBe('ok');
    expect(checkContainer('/host', { name: 'tcp://far:2375', host: 'far', port: 2375 }, host.tree).status).toBe(
      'not checked',
    );
    expect(checkContainer('', wanted, host.tree).status).toBe('not checked');
  });
});
