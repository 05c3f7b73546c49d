import { describe, expect, test } from 'vitest';
import { ContextLines } from '#docktape/rules/output/context-lines.js';

const container = {
  privileged: true,
  readonly_rootfs: false,
  user: 'root',
  network_mode: 'host',
  pid_mode: 'host',
  runtime: 'runc',
  restart_policy: 'on-failure:3',
  image_id: 'sha256:abc',
  created: '2026-01-01T00:00:00Z',
  entrypoint: ['/bin/sh'],
  command: ['-c', 'sleep 1 && ls'],
  cap_add: ['SYS_ADMIN'],
  cap_drop: ['ALL'],
  security_opt: ['seccomp=unconfined'],
  devices: ['/dev/fuse:/dev/fuse:rwm'],
  ports: ['0.0.0.0:80->8080/tcp'],
  mounts: [{ type: 'bind', source: '/var/run/docker.sock', destination: '/docker.sock', rw: true }],
  env_names: ['PATH', 'TOKEN'],
};
const host = { name: 'web1', id: 'ABCD', engine: '26.1.5' };

const event = (context: object, id = 'c1') =>
  Buffer.from(JSON.stringify({ Type: 'container', Actor: { ID: id }, docktape: context }));

describe('the lines of a context', () => {
  test('tell all of it', () => {
    const exec = { user: 'root', privileged: true, tty: true, args: ['sh', '-c', 'id; ls'] };
    expect(new ContextLines().of(event({ host, container, exec }))).toEqual([
      '    PRIVILEGED, user root, network host, pid host',
      '    runs /bin/sh -c "sleep 1 && ls"',
      '    mounts /var/run/docker.sock:/docker.sock:rw:bind',
      '    capabilities +SYS_ADMIN, -ALL',
      '    security seccomp=unconfined',
      '    devices /dev/fuse:/dev/fuse:rwm',
      '    ports 0.0.0.0:80->8080/tcp',
      '    environment PATH, TOKEN',
      '    image sha256:abc, created 2026-01-01T00:00:00Z, runtime runc, restart on-failure:3',
      '    exec PRIVILEGED, user root, terminal, runs sh -c "id; ls"',
      '    host web1, engine 26.1.5, daemon ABCD',
    ]);
  });

  test('tell what is true of a container once, and again when it has changed', () => {
    const lines = new ContextLines();
    const ordinary = { container: { privileged: false, user: '1000' } };
    expect(lines.of(event(ordinary))).toEqual(['    user 1000']);
    expect(lines.of(event(ordinary))).toEqual([]);
    expect(lines.of(event(ordinary, 'c2'))).toEqual(['    user 1000']);
    expect(lines.of(event({ ...ordinary, lacks: ['container'] }))).toEqual([
      '    not known, or not up to date: container',
    ]);
    expect(lines.of(event({ container: { privileged: true, user: '1000' } }))).toEqual(['    PRIVILEGED, user 1000']);
  });

  test('are none for an event without one, whatever that is', () => {
    const lines = new ContextLines();
    for (const text of ['{"Type":"container"}', 'text', '{"a":1,"docktape":{broken', '[1,"docktape",{}]', '']) {
      expect(lines.of(Buffer.from(text))).toEqual([]);
    }
  });

  test('let no text look like another line, or like what docktape says', () => {
    const hostile = { container: { user: 'root, PRIVILEGED', env_names: ['A\n    PRIVILEGED', '\u001b[31m'] } };
    expect(new ContextLines().of(event(hostile))).toEqual([
      '    user "root, PRIVILEGED"',
      '    environment "A\\n    PRIVILEGED", \\u001b[31m',
    ]);
  });

  test('show a stranger’s capture, in which anything may stand anywhere', () => {
    const strange = {
      container: { user: 5, mounts: ['x', null, { source: [] }], cap_add: 'ALL', command: [null] },
      exec: 7,
      host: [],
    };
    expect(new ContextLines().of(event(strange))).toEqual(['    user 5', '    runs null', '    mounts ro, ro, []:ro']);
  });
});
