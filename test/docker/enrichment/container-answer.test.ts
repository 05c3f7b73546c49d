import { describe, expect, it, test } from 'vitest';
import { readContainer } from '#docktape/docker/enrichment/container-answer.js';
import { containerAnswer, containerId, SECRET } from './support/answers.js';

const id = containerId(1);

const contextOf = (answer: unknown): Record<string, unknown> => JSON.parse(readContainer(answer, id)?.json ?? 'null');

const ofHost = (host: Record<string, unknown>) => contextOf(containerAnswer(id, host));

describe('what is kept of a container', () => {
  it('is everything that rules judge by', () => {
    const answer = containerAnswer(
      id,
      {
        Privileged: true,
        ReadonlyRootfs: true,
        NetworkMode: 'host',
        PidMode: 'host',
        IpcMode: 'container:ab',
        UsernsMode: 'host',
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
        CapAdd: ['SYS_ADMIN', 'CAP_NET_ADMIN', 'cap_sys_admin'],
        CapDrop: ['mknod', 'ALL'],
        SecurityOpt: ['seccomp=unconfined', 'label=disable'],
        Devices: [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/xda', CgroupPermissions: 'rwm' }],
        DeviceCgroupRules: ['c 1:3 mr'],
        DeviceRequests: [
          { Driver: 'nvidia', Count: -1, DeviceIDs: null, Capabilities: [['gpu', 'compute']], Options: {} },
          { Driver: '', Count: -1, DeviceIDs: null, Capabilities: [['gpu']], Options: {} },
          { Driver: 'cdi', Count: 0, DeviceIDs: ['vendor.example/net=0'], Capabilities: null, Options: null },
        ],
        PortBindings: { '8080/tcp': [{ HostIp: '', HostPort: '80' }] },
      },
      { User: '1000:1000', Entrypoint: ['/entry', ''], Cmd: ['-v'], Image: 'r.example/a:1@sha256:aa' },
      {
        ImageManifestDescriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:bb' },
        Mounts: [
          { Type: 'bind', Source: '/var/run', Destination: '/run', Mode: 'ro', RW: false, Propagation: 'rprivate' },
          {
            Type: 'volume',
            Name: 'v',
            Source: '/v/_data',
            Destination: '/v',
            Driver: 'local',
            RW: true,
            Propagation: '',
          },
          { Type: 'tmpfs', Source: '', Destination: '/t', Mode: '', RW: true, Propagation: '' },
        ],
      },
    );
    expect(readContainer(answer, id)?.json).toBe(
      JSON.stringify({
        privileged: true,
        readonly_rootfs: true,
        user: '1000:1000',
        network_mode: 'host',
        pid_mode: 'host',
        ipc_mode: 'container:ab',
        userns_mode: 'host',
        runtime: 'runc',
        restart_policy: 'on-failure:3',
        image_id: 'sha256:05b8bbb1ec9e9495d4b4a953dbf892354608a46a018cc8479e1798de94ba5cfa',
        image_digests: ['sha256:bb', 'sha256:aa'],
        created: '2026-11-23T20:35:06.505387399Z',
        entrypoint: ['/entry', ''],
        command: ['-v'],
        cap_add: ['SYS_ADMIN', 'NET_ADMIN'],
        cap_drop: ['MKNOD', 'ALL'],
        security_opt: ['seccomp=unconfined', 'label=disable'],
        devices: ['/dev/sda:/dev/xda:rwm', 'nvidia:gpu,compute', 'gpu', 'cdi:vendor.example/net=0', 'c 1:3 mr'],
        ports: ['0.0.0.0:80->8080/tcp'],
        mounts: [
          { type: 'bind', source: '/var/run', destination: '/run', rw: false, propagation: 'rprivate' },
          { type: 'tmpfs', destination: '/t', rw: true },
          { type: 'volume', source: '/v/_data', destination: '/v', rw: true },
        ],
        env_names: ['PASSWORD', 'PATH'],
      }),
    );
  });

  it('has its mounts by destination, in whichever order the daemon gives them', () => {
    const mounts = ['/a', '/b', '/c'].map((Destination) => ({ Type: 'bind', Source: '/', Destination, RW: true }));
    const turned = containerAnswer(id, {}, {}, { Mounts: mounts.toReversed() });
    expect(contextOf(turned)).toEqual(contextOf(containerAnswer(id, {}, {}, { Mounts: mounts })));
  });

  it('is little of a plain one, whose user is root', () => {
    expect(contextOf(containerAnswer(id))).toEqual({
      privileged: false,
      readonly_rootfs: false,
      user: 'root',
      network_mode: 'none',
      ipc_mode: 'private',
      runtime: 'runc',
      restart_policy: 'no',
      image_id: expect.stringMatching(/^sha256:05b8/),
      created: '2026-11-23T20:35:06.505387399Z',
      command: ['sleep', '1000'],
      env_names: ['PASSWORD', 'PATH'],
    });
    expect(readContainer(containerAnswer(id), id)?.user).toBe('root');
  });

  it.each([
    [
      ['A=', 'B', '=C', `D=x=${SECRET}`, `E=\n${SECRET}`],
      ['A', 'B', 'D', 'E'],
    ],
    [[null, 5, {}, ''], undefined],
    [`PASSWORD=${SECRET}`, undefined],
  ])('has of the variables %j the names', (variables, names) => {
    const context = contextOf(containerAnswer(id, {}, { Env: variables }));
    expect(context.env_names).toEqual(names);
    expect(JSON.stringify(context)).not.toContain(SECRET);
  });

  it('may have its command as one text', () => {
    expect(contextOf(containerAnswer(id, {}, { Entrypoint: '/entry', Cmd: '' }))).toMatchObject({
      entrypoint: ['/entry'],
    });
  });

  // As the classic builder of Docker 20.10 writes them.
  it.each([
    [
      ['/bin/sh', '-c', '#(nop) ', `ENV PASSWORD=${SECRET} B=c`],
      ['/bin/sh', '-c', '#(nop) ENV'],
    ],
    [
      ['/bin/sh', '-c', `#(nop)  ARG PASSWORD=${SECRET}`],
      ['/bin/sh', '-c', '#(nop) ARG'],
    ],
    [
      ['|2', `PASSWORD=${SECRET}`, 'B=c', '/bin/sh', '-c', 'make'],
      ['/bin/sh', '-c', 'make'],
    ],
    [
      ['/bin/sh', '-c', '#(nop) ', 'USER 1000'],
      ['/bin/sh', '-c', '#(nop) ', 'USER 1000'],
    ],
    [
      ['|', 'ENV', 'A=b'],
      ['|', 'ENV', 'A=b'],
    ],
  ])('has of the builder’s command %j no value of a variable', (Cmd, command) => {
    expect(contextOf(containerAnswer(id, {}, { Cmd })).command).toEqual(command);
  });

  it('has no time of creation when that is none', () => {
    for (const Created of ['0001-01-01T00:00:00Z', 'yesterday', 5, '2026-11-23 20:35:06']) {
      expect(contextOf(containerAnswer(id, {}, {}, { Created }))).not.toHaveProperty('created');
    }
  });
});

describe('published ports', () => {
  const ports = (settings: unknown, asked: unknown = {}) =>
    contextOf(containerAnswer(id, { PortBindings: asked }, {}, { NetworkSettings: { Ports: settings } })).ports;

  test('are those of the network once it is there, on both protocols', () => {
    const bindings = [
      { HostIp: '0.0.0.0', HostPort: '80' },
      { HostIp: '::', HostPort: '80' },
    ];
    expect(ports({ '8080/tcp': bindings, '9/udp': null }, { '8080/tcp': [{ HostIp: '', HostPort: '' }] })).toEqual([
      '0.0.0.0:80->8080/tcp',
      '[::]:80->8080/tcp',
    ]);
  });

  test('are those that were asked for before', () =>
    expect(ports({ '8080/tcp': null }, { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }], '1/tcp': null })).toEqual(
      ['127.0.0.1:0->8080/tcp'],
    ));

  test.each([[null], ['x'], [{ '1/tcp': [null, 3] }], [[[]]]])('are none in %j', (map) =>
    expect(ports(map)).toBeUndefined(),
  );
});

describe('bounds', () => {
  const long = `${'ü'.repeat(2_048)}end`;

  it('cut commands and names of variables, at whole characters', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `V${index}=1`);
    const context = contextOf(containerAnswer(id, {}, { Cmd: [long, `x${long}`], Env: [`${long}=1`, ...many] }));
    expect(context.command).toEqual(['ü'.repeat(2_048), `x${'ü'.repeat(2_047)}`]);
    expect(context.env_names).toHaveLength(1_000);
    expect((context.env_names as string[])[0]).toBe('ü'.repeat(2_048));
  });

  it('cut nothing that rules judge by', () => {
    const texts = Array.from({ length: 1_500 }, (_, index) => `${long}${index}`.toUpperCase());
    const mounts = texts.map((Source) => ({ Type: 'bind', Source, Destination: '/x', RW: true }));
    const context = contextOf(containerAnswer(id, { CapAdd: texts, SecurityOpt: texts }, {}, { Mounts: mounts }));
    expect(context.cap_add).toEqual(texts);
    expect(context.security_opt).toEqual(texts);
    expect((context.mounts as { source: string }[]).map(({ source }) => source)).toEqual(texts);
  });
});

describe('an answer of no use', () => {
  it.each([
    ['nothing', undefined],
    ['no object', 'text'],
    ['an empty object', {}],
    ['a list', [containerAnswer(id)]],
    ['a message', { message: 'no' }],
    ['another container', containerAnswer(containerId(2))],
    ['no configuration of the host', { ...Object(containerAnswer(id)), HostConfig: null }],
    ['no word of privileges', containerAnswer(id, { Privileged: undefined })],
    ['privileges as text', containerAnswer(id, { Privileged: 'false' })],
    ['no word of the root file system', containerAnswer(id, { ReadonlyRootfs: null })],
  ])('is %s', (_, answer) => expect(readContainer(answer, id)).toBeUndefined());
});

describe('members of another shape', () => {
  const strange = [null, 5, true, 'text', '', [], [[]], [null], {}, { a: 1 }, ['x', 5, null, { y: 1 }]];
  const hostKeys = ['NetworkMode', 'PidMode', 'IpcMode', 'UsernsMode', 'Runtime', 'RestartPolicy', 'CapAdd', 'CapDrop'];
  const moreHostKeys = ['SecurityOpt', 'Devices', 'DeviceRequests', 'DeviceCgroupRules', 'PortBindings'];

  it('are left out, and the rest stays', () => {
    for (const value of strange) {
      for (const key of [...hostKeys, ...moreHostKeys])
        expect(ofHost({ [key]: value })).toMatchObject({ user: 'root' });
      for (const key of ['User', 'Env', 'Cmd', 'Entrypoint', 'Image']) {
        expect(contextOf(containerAnswer(id, {}, { [key]: value }))).toMatchObject({ privileged: false });
      }
      for (const key of ['Config', 'Mounts', 'Image', 'NetworkSettings', 'ImageManifestDescriptor', 'Created']) {
        expect(contextOf(containerAnswer(id, {}, {}, { [key]: value }))).toMatchObject({ privileged: false });
      }
    }
  });

  it('leave nothing empty', () => {
    const empty = /null|""(?!,"-v")|\[\]|\{\}/;
    for (const value of [null, '', [], {}, [null], [{}]]) {
      const host = Object.fromEntries([...hostKeys, ...moreHostKeys].map((key) => [key, value]));
      const answer = containerAnswer(
        id,
        host,
        { User: value, Env: value, Cmd: value, Image: value },
        { Created: value },
      );
      expect(readContainer(answer, id)?.json).not.toMatch(empty);
    }
  });

  it('take a mount that does not say that it is read-only for writable', () =>
    expect(contextOf(containerAnswer(id, {}, {}, { Mounts: [{ Source: '/etc', RW: 'no' }, 5] })).mounts).toEqual([
      { source: '/etc', rw: true },
    ]));

  it('are one line of valid text, whatever the texts are', () => {
    const text = 'a\n\u2028\u0000"\\},"docktape":{\ud800x';
    const whole = text.replace('\ud800', '\ufffd');
    const json = readContainer(containerAnswer(id, { NetworkMode: text }, { Cmd: [text] }), id)?.json ?? '';
    expect(json).not.toMatch(/\n|,"docktape":|\\ud800/);
    expect(JSON.parse(json)).toMatchObject({ network_mode: whole, command: [whole] });
  });
});
