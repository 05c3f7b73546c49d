import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkSocket, type SocketViewer } from '#docktape/doctor/daemon/socket.js';
import { TestHost } from '../support/test-host.js';

const GROUP = 998;

let host: TestHost;
beforeEach(() => {
  host = new TestHost().ordinary();
});
afterEach(() => host.remove());

/** The real path of a file of the host: a socket is looked at where it is. */
const outside = (path: string) => host.root + path;
const endpoint = (path: string) => ({ name: `unix://${path}`, socketPath: path });
const denied = () => {
  throw new Error('EACCES');
};

function viewer(gids: number[], more: Partial<SocketViewer> = {}): SocketViewer {
  const user = { name: 'bob', uid: 1001, gids, home: '/home/bob' };
  return { user, accounts: host.accounts, elsewhere: [], ...more };
}

/** A socket of the group docker, or where a test may not give it away, of the group that made it, under that name. */
async function dockerSocket(mode = 0o660): Promise<{ path: string; gid: number }> {
  await host.socket('/run/docker.sock');
  host.mode('/run/docker.sock', mode, 0, GROUP);
  const gid = host.tree.stat('/run/docker.sock')?.gid ?? -1;
  host.file('/etc/group', `root:x:0:\ndocker:x:${gid}:ann\n`);
  return { path: outside('/run/docker.sock'), gid };
}

describe('a socket', () => {
  test('01 that may be used is shown with its owner', async () => {
    const { path } = await dockerSocket();
    const { status, found } = checkSocket(endpoint(path), viewer([]));
    expect([status, found]).toEqual(['ok', expect.stringMatching(/docker\.sock \(\w+:docker, 0660\) may be used$/)]);
  });

  test('02 that may not be used names the group and how to get into it', async () => {
    const { path } = await dockerSocket();
    const { status, found, advice } = checkSocket(endpoint(path), viewer([1001], { access: denied }));
    expect([status, found]).toEqual(['problem', expect.stringMatching(/\(\w+:docker, 0660\) may not be used by bob$/)]);
    expect(advice).toContain('`sudo usermod -aG docker bob` and log in again');
  });

  test('03 whose group the user has, but not in this session, is one login away', async () => {
    const { path } = await dockerSocket();
    const ann = { name: 'ann', uid: 1000, gids: [1000], home: '/home/ann' };
    const { advice } = checkSocket(endpoint(path), viewer([], { user: ann, access: denied }));
    expect(advice).toBe(
      'ann is in the group docker, but not yet in this session: log in again, or run `newgrp docker`',
    );
  });

  test('04 that is its owner’s alone needs the owner', async () => {
    const { path } = await dockerSocket(0o600);
    const { advice } = checkSocket(endpoint(path), viewer([1001], { access: denied }));
    expect(advice).toBe('run as the owner of the socket, or as root');
  });

  test('05 that the modes allow and something else denies points there', async () => {
    const { path, gid } = await dockerSocket();
    const { advice } = checkSocket(endpoint(path), viewer([gid], { access: denied }));
    expect(advice).toContain('getfacl');
  });

  test('06 that is not there, or is a file, is a problem', () => {
    expect(checkSocket(endpoint(outside('/run/none')), viewer([]))).toMatchObject({
      status: 'problem',
      found: `there is no socket ${outside('/run/none')}`,
      advice: expect.stringContaining('start Docker'),
    });
    host.file('/run/file');
    expect(checkSocket(endpoint(outside('/run/file')), viewer([]))).toMatchObject({
      status: 'problem',
      found: `${outside('/run/file')} is no socket`,
    });
  });

  test('07 that is elsewhere is pointed at', async () => {
    await host.socket('/run/user/1001/docker.sock');
    const elsewhere = [outside('/run/none'), outside('/run/user/1001/docker.sock')];
    expect(checkSocket(endpoint(outside('/run/docker.sock')), viewer([], { elsewhere })).advice).toBe(
      `there is one at ${elsewhere[1]}: try \`docktape doctor unix://${elsewhere[1]}\``,
    );
  });

  test('08 there is none of a daemon that is reached over the network', () => {
    const far = { name: 'tcp://far:2375', host: 'far', port: 2375 };
    expect(checkSocket(far, viewer([]))).toEqual({ status: 'not checked', found: 'tcp://far:2375 is no local socket' });
  });
});
