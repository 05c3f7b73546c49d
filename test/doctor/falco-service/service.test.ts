import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkService } from '#docktape/doctor/falco-service/check-service.js';
import { type FalcoService, falcoServices } from '#docktape/doctor/falco-service/service.js';
import type { Outcome } from '#docktape/doctor/outcome.js';
import type { OpenParams } from '#docktape/source/open-params.js';
import { TestHost } from '../support/test-host.js';

const library = '/usr/share/falco/plugins/libdocker.so';
const folder = '/usr/lib/systemd/system';

let host: TestHost;
beforeEach(async () => {
  host = new TestHost().ordinary().file(library);
  await host.socket('/run/docker.sock');
  host.mode('/run/docker.sock', 0o660, 0, 998);
  // Where a test may not give files away, its own group is the one of the socket.
  host.file('/etc/group', `root:x:0:\ndocker:x:${host.tree.stat('/run/docker.sock')?.gid}:ann\n`);
});
afterEach(() => host.remove());

/** The settings that Falco's packages have in all their units. */
const packaged = [
  'PrivateTmp=true',
  'ProtectHome=read-only',
  'ProtectSystem=full',
  'RestrictAddressFamilies=~AF_PACKET',
];

function unit(settings: string[], { name = 'falco.service', start = '/usr/bin/falco' } = {}): void {
  host.file(`${folder}/${name}`, ['[Service]', `ExecStart=${start}`, ...settings, ''].join('\n'));
}

function services(): FalcoService[] {
  return falcoServices(host.tree, host.accounts);
}

describe('the services that run Falco', () => {
  test('01 are told by their command; the configuration by -c', () => {
    unit([], { name: 'falco-a.service' });
    unit([], { name: 'falco-b.service', start: '-/opt/falco -c /etc/b.yaml --enable-source docker' });
    unit([], { name: 'falcoctl.service', start: '/usr/bin/falcoctl artifact follow' });
    expect(services().map(({ unit: { name }, config }) => [name, config])).toEqual([
      ['falco-a.service', '/etc/falco/falco.yaml'],
      ['falco-b.service', '/etc/b.yaml'],
    ]);
  });

  test('02 that are in use leave no others', () => {
    unit([], { name: 'falco-a.service' });
    unit([], { name: 'falco-b.service' });
    host.link('/etc/systemd/system/falco.service', `${folder}/falco-b.service`);
    expect(services().map(({ unit: { name } }) => name)).toEqual(['falco-b.service']);
  });

  test('03 run as root unless they say otherwise, with the groups that they name', () => {
    unit([]);
    expect(services()[0]?.user).toMatchObject({ name: 'root', uid: 0 });
    unit(['User=falco', 'SupplementaryGroups=docker']);
    expect(services()[0]?.user).toMatchObject({ name: 'falco', uid: 990, gids: [990, host.accounts.gid('docker')] });
    unit(['User=%u']);
    expect(services()[0]?.user).toMatchObject({ name: 'root', uid: 0 });
    unit(['User=nobody-knows']);
    expect(services()[0]?.user).toBeUndefined();
  });

  test('04 may run as a user that exists only meanwhile', () => {
    unit(['DynamicUser=yes', 'User=falco-docker', 'SupplementaryGroups=docker']);
    expect(services()[0]?.user).toMatchObject({ name: 'falco-docker', gids: [host.accounts.gid('docker')] });
  });

  test('05 have the variables of the unit, and then those of its files', () => {
    host.file('/etc/default/falco', '# a\nDOCKER_HOST="tcp://far:2375"\nB = no\n');
    unit([
      'Environment="DOCKER_HOST=unix:///a b" C=1',
      'EnvironmentFile=-/etc/none',
      'EnvironmentFile=-/etc/default/falco',
    ]);
    expect(services()[0]?.env).toEqual({ HOME: '/root', DOCKER_HOST: 'tcp://far:2375', C: '1' });
  });
});

describe('a service', () => {
  const live = (address: string): OpenParams => ({ mode: 'live', address });
  const socket = live('unix:///var/run/docker.sock');

  function check(params: OpenParams, path = library): Outcome[] {
    const [service] = services();
    if (!service) throw new Error('no service');
    return checkService(service, { library: path, params }, host.tree);
  }

  test('01 of Falco’s packages can use what is installed', () => {
    unit(packaged);
    expect(check(socket)).toEqual([
      { status: 'ok', found: 'falco.service, as root, can use the library and unix:///var/run/docker.sock' },
    ]);
  });

  test('02 does not see what is below /tmp, and says how it would', async () => {
    unit(packaged);
    await host.socket('/tmp/docker.sock');
    host.file('/tmp/night.db').file('/tmp/libdocker.so');
    const capture: OpenParams = { mode: 'replay', path: '/tmp/night.db', selection: {}, speed: 'max' };
    expect(check(live('unix:///tmp/docker.sock'))).toEqual([
      {
        status: 'problem',
        found: "falco.service has PrivateTmp=true, which hides the daemon's socket /tmp/docker.sock from Falco",
        advice: 'move it, or set BindPaths=/tmp/docker.sock with `systemctl edit falco.service`',
      },
    ]);
    expect(check(capture)[0]?.found).toContain('hides the capture /tmp/night.db');
    expect(check(socket, '/tmp/libdocker.so')[0]?.found).toContain('hides the library /tmp/libdocker.so');
  });

  test('03 does not see what a link leads to where that is hidden', () => {
    unit(['ProtectHome=yes']);
    host.file('/run/user/1000/docker.sock').link('/srv/docker.sock', '/run/user/1000/docker.sock');
    expect(check(live('unix:///srv/docker.sock'))[0]?.found).toContain('has ProtectHome=yes, which hides');
  });

  test('04 has its own variables, so that live is another daemon for it', () => {
    unit(['Environment=DOCKER_HOST=unix:///run/none.sock']);
    expect(check(live('live'))).toEqual([
      {
        status: 'problem',
        found: "falco.service: there is no /run/none.sock, the daemon's socket that Falco would use",
        advice: 'correct open_params, or start what makes it',
      },
    ]);
  });

  test('05 with an address that is none is a problem, and a password in it is not told', () => {
    unit(['Environment=DOCKER_HOST=tcp://ann:secret@far:2375']);
    const [outcome] = check(live('live'));
    expect(outcome?.found).toContain("'tcp://…@far:2375' is not a daemon's address");
  });

  test('06 needs the group of the socket', () => {
    unit(['User=falco']);
    expect(check(socket)).toMatchObject([
      {
        found:
          "falco.service runs as falco, who may not use the daemon's socket /var/run/docker.sock (because of /run/docker.sock)",
        advice: expect.stringContaining('SupplementaryGroups='),
      },
    ]);
    unit(['User=falco', 'SupplementaryGroups=docker']);
    expect(check(socket)).toMatchObject([{ status: 'ok' }]);
  });

  test('07 needs to read the library', () => {
    unit(['User=falco', 'SupplementaryGroups=docker']);
    host.mode('/usr/share', 0o700);
    expect(check(socket)).toContainEqual({
      status: 'problem',
      found: `falco.service runs as falco, who may not use the library ${library} (because of /usr/share)`,
      advice: 'let that user in, or move it',
    });
  });

  test('08 must let the source host run, and be reached', () => {
    unit(['MemoryDenyWriteExecute=yes', 'RestrictAddressFamilies=AF_INET']);
    expect(check(socket).map(({ advice }) => advice)).toEqual([
      'set MemoryDenyWriteExecute=no with `systemctl edit falco.service`',
      'allow AF_UNIX with `systemctl edit falco.service`',
    ]);
  });

  test('09 must let a daemon be reached over the network', () => {
    unit(['PrivateNetwork=yes']);
    expect(check(live('tcp://127.0.0.1:2375'))).toMatchObject([
      {
        status: 'problem',
        found: expect.stringContaining('PrivateNetwork=yes, and tcp://127.0.0.1:2375 is reached over'),
      },
    ]);
    expect(check(socket)).toMatchObject([{ status: 'ok' }]);
  });

  test('10 must run as somebody', () => {
    unit(['User=nobody-knows']);
    expect(check(socket)).toMatchObject([{ found: 'falco.service runs as nobody-knows, a user that there is not' }]);
  });
});
