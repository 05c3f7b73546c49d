import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findServices } from '#docktape/doctor/systemd/find-units.js';
import { Unit } from '#docktape/doctor/systemd/unit.js';
import { parseUnitText, words } from '#docktape/doctor/systemd/unit-text.js';
import { TestHost } from '../support/test-host.js';

function unit(text: string): Unit {
  return new Unit('falco.service', true, parseUnitText(text));
}

describe('the text of a unit', () => {
  test('01 has assignments in sections; comments and odd lines are none', () => {
    const text = '# a\n; b\n[Unit]\nAfter = x.service\n\n[Service]\n  User=root  \nnonsense\nEmpty=\n';
    expect(parseUnitText(text)).toEqual([
      { section: 'Unit', key: 'After', value: 'x.service' },
      { section: 'Service', key: 'User', value: 'root' },
      { section: 'Service', key: 'Empty', value: '' },
    ]);
  });

  test('02 a line goes on behind a backslash, over comments', () => {
    const [setting] = parseUnitText('[Service]\nExecStart=/usr/bin/falco \\\n# why\n  -c /etc/f.yaml\n');
    expect(words(setting?.value ?? '')).toEqual(['/usr/bin/falco', '-c', '/etc/f.yaml']);
  });

  test('03 quotes keep blanks together', () => {
    expect(words(`"A=1 2" B='3 4' C="5 \\"6\\"" 7`)).toEqual(['A=1 2', 'B=3 4', 'C=5 "6"', '7']);
  });
});

describe('a unit’s settings', () => {
  test('01 the last one counts, and an empty one takes it back', () => {
    expect(unit('[Service]\nUser=a\nUser=b\n').value('User')).toBe('b');
    expect(unit('[Service]\nUser=a\nUser=\n').value('User')).toBeUndefined();
  });

  test('02 lists grow, and an empty assignment begins anew', () => {
    const text = '[Service]\nBindPaths=/a /b\nBindPaths=\nBindPaths=/c\nBindPaths=/d\n';
    expect(unit(text).words('BindPaths')).toEqual(['/c', '/d']);
  });

  test.each(['yes', 'Yes', 'true', 'on', '1', 'y', 't'])('03 %s is yes', (value) => {
    expect(unit(`[Service]\nPrivateTmp=${value}\n`).isYes('PrivateTmp')).toBe(true);
  });

  test.each(['no', 'false', 'off', '0', ''])('04 "%s" is not', (value) => {
    expect(unit(`[Service]\nPrivateTmp=${value}\n`).isYes('PrivateTmp')).toBe(false);
  });

  test('05 what is neither yes nor no is passed over', () => {
    expect(unit('[Service]\nPrivateTmp=yes\nPrivateTmp=\nPrivateTmp=maybe\n').isYes('PrivateTmp')).toBe(true);
    expect(unit('[Service]\nProtectHome=tmpfs\nProtectHome=x\n').choice('ProtectHome', ['tmpfs'])).toBe('tmpfs');
  });

  test('06 only those of the service count, with specifiers replaced', () => {
    expect(unit('[Unit]\nUser=a\n').value('User')).toBeUndefined();
    expect(unit('[Service]\nUser=%u\nA=%S/x%%\nB=%n\nC=%q\n').value('User')).toBe('root');
    expect(unit('[Service]\nA=%S/x%%\n').value('A')).toBe('/var/lib/x%');
    expect(unit('[Service]\nB=%n %q\n').value('B')).toBe('falco.service %q');
  });
});

describe('the units of a host', () => {
  let host: TestHost;
  beforeEach(() => {
    host = new TestHost();
  });
  afterEach(() => host.remove());
  const found = () => findServices(host.tree, /^falco/);
  const service = (user: string) => `[Service]\nUser=${user}\n`;

  test('01 of two files of one name that of the administrator counts', () => {
    host.file('/usr/lib/systemd/system/falco.service', service('vendor'));
    host.file('/etc/systemd/system/falco.service', service('admin'));
    expect(found().map((one) => [one.name, one.value('User')])).toEqual([['falco.service', 'admin']]);
  });

  test('02 a link with another name is another name, and makes the unit one in use', () => {
    host.file('/usr/lib/systemd/system/falco-kmod.service', service('a'));
    host.file('/usr/lib/systemd/system/falco-modern-bpf.service', service('b'));
    host.link('/etc/systemd/system/falco.service', '/usr/lib/systemd/system/falco-modern-bpf.service');
    expect(found().map((one) => [one.name, one.isInUse])).toEqual([
      ['falco-kmod.service', false],
      ['falco-modern-bpf.service', true],
    ]);
  });

  test('03 one that is wanted, or runs, is in use', () => {
    host.file('/usr/lib/systemd/system/falco-a.service', service('a'));
    host.file('/usr/lib/systemd/system/falco-b.service', service('b'));
    host.file('/usr/lib/systemd/system/falco-c.service', service('c'));
    host.link('/etc/systemd/system/multi-user.target.wants/falco-a.service', '/usr/lib/systemd/system/falco-a.service');
    host.file('/sys/fs/cgroup/system.slice/falco-b.service/cgroup.procs', '1\n');
    expect(found().map((one) => one.isInUse)).toEqual([true, true, false]);
  });

  test('04 a masked one is none, and neither is a template', () => {
    host.file('/usr/lib/systemd/system/falco.service', service('a'));
    host.link('/etc/systemd/system/falco.service', '/dev/null');
    host.file('/etc/systemd/system/falco@.service', service('a'));
    expect(found()).toEqual([]);
  });

  test('05 drop-ins are read by their names, under every name of the unit and for all that begin alike', () => {
    host.file('/usr/lib/systemd/system/falco-modern-bpf.service', `${service('a')}BindPaths=/0\n`);
    host.link('/etc/systemd/system/falco.service', '/usr/lib/systemd/system/falco-modern-bpf.service');
    host.file('/etc/systemd/system/falco.service.d/30.conf', '[Service]\nBindPaths=/3\n');
    host.file('/usr/lib/systemd/system/falco-modern-bpf.service.d/10.conf', '[Service]\nBindPaths=/1\n');
    host.file('/usr/lib/systemd/system/falco-.service.d/20.conf', '[Service]\nBindPaths=/2\n');
    host.file('/run/systemd/system/service.d/40.conf', '[Service]\nBindPaths=/4\n');
    host.file('/etc/systemd/system/falco.service.d/notes.txt', '[Service]\nBindPaths=/no\n');
    expect(found()[0]?.words('BindPaths')).toEqual(['/0', '/1', '/2', '/3', '/4']);
  });

  test('06 a drop-in is replaced, or masked, by one of its name in a folder before', () => {
    host.file('/usr/lib/systemd/system/falco.service', service('a'));
    host.file('/usr/lib/systemd/system/falco.service.d/10.conf', '[Service]\nUser=vendor\nPrivateTmp=yes\n');
    host.file('/usr/lib/systemd/system/falco.service.d/20.conf', '[Service]\nProtectHome=yes\n');
    host.file('/etc/systemd/system/falco.service.d/10.conf', '[Service]\nUser=admin\n');
    host.link('/etc/systemd/system/falco.service.d/20.conf', '/dev/null');
    const [only] = found();
    expect([only?.value('User'), only?.isYes('PrivateTmp'), only?.isYes('ProtectHome')]).toEqual([
      'admin',
      false,
      false,
    ]);
  });
});
