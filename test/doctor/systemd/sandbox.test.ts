import { describe, expect, test } from 'vitest';
import { Sandbox } from '#docktape/doctor/systemd/sandbox.js';
import { Unit } from '#docktape/doctor/systemd/unit.js';
import { parseUnitText } from '#docktape/doctor/systemd/unit-text.js';

function sandbox(...settings: string[]): Sandbox {
  const text = ['[Service]', ...settings, ''].join('\n');
  return new Sandbox(new Unit('falco.service', true, parseUnitText(text)), (path) => path.replace('/var/run', '/run'));
}

describe('a sandbox hides', () => {
  test.each([
    ['PrivateTmp=yes', '/tmp/docker.sock', 'PrivateTmp=yes'],
    ['PrivateTmp=disconnected', '/var/tmp/a.db', 'PrivateTmp=disconnected'],
    ['DynamicUser=yes', '/tmp/docker.sock', 'DynamicUser=yes (it implies PrivateTmp=yes)'],
    ['ProtectHome=yes', '/run/user/1000/docker.sock', 'ProtectHome=yes'],
    ['ProtectHome=tmpfs', '/home/ann/night.db', 'ProtectHome=tmpfs'],
    ['ProtectHome=yes', '/root/.docker', 'ProtectHome=yes'],
    ['InaccessiblePaths=-/srv /opt', '/opt/lib/libdocker.so', 'InaccessiblePaths=/opt'],
    ['InaccessiblePaths=/var/run/docker.sock', '/run/docker.sock', 'InaccessiblePaths=/var/run/docker.sock'],
    ['TemporaryFileSystem=/var:ro,mode=755', '/var/lib/a.db', 'TemporaryFileSystem=/var'],
    ['TemporaryFileSystem=/', '/run/docker.sock', 'TemporaryFileSystem=/'],
    ['RootDirectory=/srv/falco', '/run/docker.sock', 'RootDirectory= or RootImage='],
  ])('01 by %s: %s', (setting, path, hiding) => {
    expect(sandbox(setting).hides(path)).toBe(hiding);
  });

  test.each([
    ['PrivateTmp=no', '/tmp/docker.sock'],
    ['PrivateTmp=yes', '/tmpfs/docker.sock'],
    ['PrivateTmp=yes', '/run/docker.sock'],
    ['ProtectHome=read-only', '/home/ann/night.db'],
    ['ProtectSystem=strict', '/usr/share/falco/plugins/libdocker.so'],
    ['InaccessiblePaths=', '/opt/a'],
    ['RootDirectory=/', '/opt/a'],
  ])('02 not by %s: %s', (setting, path) => {
    expect(sandbox(setting).hides(path)).toBeUndefined();
  });

  test('03 what is bound is seen, and what is hidden below it is not', () => {
    const bound = sandbox('PrivateTmp=yes', 'BindPaths=-/tmp/shared', 'InaccessiblePaths=/tmp/shared/secret');
    expect(bound.hides('/tmp/shared/docker.sock')).toBeUndefined();
    expect(bound.hides('/tmp/shared/secret/a.db')).toBe('InaccessiblePaths=/tmp/shared/secret');
    expect(bound.hides('/tmp/docker.sock')).toBe('PrivateTmp=yes');
    const elsewhere = sandbox('ProtectHome=yes', 'BindReadOnlyPaths=/srv/captures:/home/ann/captures:rbind');
    expect(elsewhere.hides('/home/ann/captures/night.db')).toBeUndefined();
  });
});

describe('a sandbox denies', () => {
  test.each([
    ['RestrictAddressFamilies=AF_INET AF_INET6', 'AF_UNIX'],
    ['RestrictAddressFamilies=~AF_PACKET AF_UNIX', 'AF_UNIX'],
    ['RestrictAddressFamilies=none', 'AF_UNIX'],
  ])('01 sockets: %s', (setting, family) => {
    expect(sandbox(setting).deniesFamily(family)).toBe(setting);
  });

  test.each([
    'RestrictAddressFamilies=~AF_PACKET',
    'RestrictAddressFamilies=AF_UNIX AF_INET',
    'RestrictAddressFamilies=',
  ])('02 not these: %s', (setting) => {
    expect(sandbox(setting).deniesFamily('AF_UNIX')).toBeUndefined();
  });

  test('03 the network, and code that is compiled while it runs', () => {
    expect(sandbox('PrivateNetwork=yes').deniesNetwork).toBe('PrivateNetwork=yes');
    expect(sandbox('MemoryDenyWriteExecute=yes').deniesCompiling).toBe('MemoryDenyWriteExecute=yes');
    expect([sandbox().deniesNetwork, sandbox().deniesCompiling]).toEqual([undefined, undefined]);
  });
});
