import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Accounts, currentUser } from '#docktape/doctor/host/accounts.js';
import { FileTree } from '#docktape/doctor/host/file-tree.js';
import { deniedAt, Permission } from '#docktape/doctor/host/permission.js';
import { TestHost } from '../support/test-host.js';

let host: TestHost;
beforeEach(() => {
  host = new TestHost().ordinary();
});
afterEach(() => host.remove());

describe('the files of a host', () => {
  test('01 links are followed as the host would: absolute ones begin at its own root', () => {
    host.file('/run/docker.sock').link('/etc/up', '../run').link('/etc/far', '/var/run/docker.sock');
    expect(host.tree.real('/var/run/docker.sock')).toBe('/run/docker.sock');
    expect(host.tree.real('/etc/up/docker.sock')).toBe('/run/docker.sock');
    expect(host.tree.real('/etc/far')).toBe('/run/docker.sock');
  });

  test('02 no link leads out of it', () => {
    host.link('/out', '/../../etc/hostname').link('/up', '../../../etc/group');
    expect(host.tree.real('/out')).toBeUndefined();
    expect(host.tree.real('/up')).toBe('/etc/group');
  });

  test('03 links in a circle are as nothing', () => {
    host.link('/a', '/b').link('/b', '/a');
    expect(host.tree.real('/a')).toBeUndefined();
    expect(host.tree.text('/a')).toBeUndefined();
    expect(host.tree.stat('/a')).toBeUndefined();
  });

  test('04 what is not there is nothing, and not an error', () => {
    expect(host.tree.text('/etc/none')).toBeUndefined();
    expect(host.tree.names('/none')).toEqual([]);
    expect(() => host.tree.bytes('/none')).toThrow('ENOENT');
  });
});

describe('accounts', () => {
  test('01 a user has the primary group and those that list it', () => {
    expect(host.accounts.user('ann')).toEqual({ name: 'ann', uid: 1000, gids: [1000, 998], home: '/home/ann' });
    expect(host.accounts.user(990)?.name).toBe('falco');
    expect(host.accounts.user('nobody')).toBeUndefined();
  });

  test('02 what has no name is called by its number', () => {
    expect([host.accounts.userName(0), host.accounts.userName(77)]).toEqual(['root', '77']);
    expect([host.accounts.groupName(998), host.accounts.groupName(77)]).toEqual(['docker', '77']);
    expect([host.accounts.gid('docker'), host.accounts.gid('998'), host.accounts.gid('none')]).toEqual([
      998,
      998,
      undefined,
    ]);
  });

  test('03 without the files there is nobody', () => {
    const none = new Accounts(new FileTree('/nowhere'));
    expect(none.user('root')).toBeUndefined();
    expect(none.members('docker')).toEqual([]);
  });

  test('04 the user of this process has the groups of this process', () => {
    const user = currentUser(host.accounts);
    expect(user.uid).toBe(process.getuid?.());
    expect(user.gids).toEqual(expect.arrayContaining(process.getgroups?.() ?? []));
  });
});

describe('permission', () => {
  const falco = { name: 'falco', uid: 4_000_001, gids: [4_000_001], home: '/' };

  test('01 everybody’s bits are enough for everybody', () => {
    host.file('/opt/lib/libdocker.so');
    expect(deniedAt(host.tree, '/opt/lib/libdocker.so', falco, Permission.read)).toBeUndefined();
  });

  test('02 a folder that may not be entered is named', () => {
    host.file('/opt/lib/libdocker.so').mode('/opt', 0o750);
    expect(deniedAt(host.tree, '/opt/lib/libdocker.so', falco, Permission.read)).toBe('/opt');
  });

  test('03 so is the file itself', () => {
    host.file('/opt/libdocker.so', '', 0o640);
    expect(deniedAt(host.tree, '/opt/libdocker.so', falco, Permission.read)).toBe('/opt/libdocker.so');
  });

  test('04 a member of the group has the group’s bits, and the owner only the owner’s', () => {
    host.file('/run/docker.sock', '', 0o460);
    const { uid, gid } = host.tree.stat('/run/docker.sock') ?? { uid: -1, gid: -1 };
    expect(deniedAt(host.tree, '/run/docker.sock', { ...falco, gids: [gid] }, Permission.write)).toBeUndefined();
    const owner = { ...falco, uid: uid || 4_000_002 };
    if (uid === 0) host.mode('/run/docker.sock', 0o460, owner.uid, gid);
    expect(deniedAt(host.tree, '/run/docker.sock', { ...owner, gids: [gid] }, Permission.write)).toBe(
      '/run/docker.sock',
    );
  });

  test('05 nothing is in root’s way, and nothing is known of what is not there', () => {
    host.file('/opt/libdocker.so', '', 0).mode('/opt', 0);
    expect(deniedAt(host.tree, '/opt/libdocker.so', { ...falco, uid: 0 }, Permission.read)).toBeUndefined();
    host.mode('/opt', 0o755);
    expect(deniedAt(host.tree, '/opt/none', falco, Permission.read)).toBeUndefined();
  });
});
