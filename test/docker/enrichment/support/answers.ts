/** A value of an environment variable that must be seen nowhere. */
export const SECRET = 'hunter2-do-not-tell';

export const containerId = (number: number): string => number.toString(16).padStart(8, '0').padEnd(64, 'c0ffee');

export const execId = (number: number): string => number.toString(16).padStart(8, '0').padEnd(64, 'e8ec');

type Members = Readonly<Record<string, unknown>>;

/** What Docker 20.10 answers to `/containers/ID/json`, as far as it is read; `host` and `config` change members of it. */
export function containerAnswer(id: string, host: Members = {}, config: Members = {}, more: Members = {}): unknown {
  return {
    Id: id,
    Created: '2026-11-23T20:35:06.505387399Z',
    Path: 'sleep',
    Args: ['1000'],
    Image: 'sha256:05b8bbb1ec9e9495d4b4a953dbf892354608a46a018cc8479e1798de94ba5cfa',
    Name: '/cup',
    HostConfig: {
      NetworkMode: 'none',
      PortBindings: {},
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
      CapAdd: null,
      CapDrop: null,
      IpcMode: 'private',
      PidMode: '',
      Privileged: false,
      ReadonlyRootfs: false,
      SecurityOpt: null,
      UsernsMode: '',
      Runtime: 'runc',
      Devices: [],
      DeviceCgroupRules: null,
      DeviceRequests: null,
      ...host,
    },
    Mounts: [],
    Config: {
      User: '',
      Env: [`PASSWORD=${SECRET}`, 'PATH=/bin'],
      Cmd: ['sleep', '1000'],
      Image: 'busybox:1',
      Entrypoint: null,
      Labels: { token: SECRET },
      ...config,
    },
    NetworkSettings: { Ports: {} },
    ...more,
  };
}

/** What Docker 20.10 answers to `/exec/ID/json`; `config` changes members of the process's configuration. */
export function execAnswer(id: string, container: string, config: Members = {}): unknown {
  return {
    ID: id,
    Running: false,
    ExitCode: null,
    ProcessConfig: { tty: false, entrypoint: 'sh', arguments: ['-c', 'id'], privileged: false, user: '', ...config },
    OpenStdin: false,
    ContainerID: container,
    Pid: 0,
  };
}
