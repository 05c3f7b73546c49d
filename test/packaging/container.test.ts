import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { docktape, projectPath } from '../support/docktape.js';
import { read, readYaml, version } from './support/project.js';
import { parseUnit, serviceValue } from './support/unit-file.js';

const lines = read('packaging/container/Containerfile')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [instruction = '', ...rest] = line.split(' ');
    return [instruction, rest.join(' ')] as const;
  });
const after = (stage: string) => lines.slice(lines.findIndex(([, text]) => text === stage) + 1);

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly group_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly read_only?: boolean;
  readonly network_mode?: string;
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
}
const compose = (path: string) => (readYaml(path) as { services: Record<string, Service> }).services;
const socket = '/var/run/docker.sock:/var/run/docker.sock:ro';

describe('Containerfile', () => {
  test('has instructions that every builder knows, and pins its base', () => {
    const known = ['ARG', 'FROM', 'ADD', 'RUN', 'COPY', 'USER', 'CMD'];
    expect(lines.filter(([instruction]) => !known.includes(instruction))).toEqual([]);
    expect(lines[0]).toEqual(['ARG', `FALCO=docker.io/falcosecurity/falco:0.44.1`]);
  });

  test('installs the bundle of this version', () => {
    const bundle = `docktape-${version}-linux-\${ARCH}`;
    expect(lines).toContainEqual(['ADD', `${bundle}.tar.gz /bundle/`]);
    expect(lines).toContainEqual(['RUN', `sh /bundle/${bundle}/install.sh --destdir /installed`]);
    const help = spawnSync('sh', [projectPath('packaging/install.sh'), '--help'], { encoding: 'utf8' });
    expect(help.stdout).toMatch(/^ +--destdir DIR /m);
  });

  test('keeps the archive out of the image and fails where docktape does not start', async () => {
    const final = after(`\${FALCO}`);
    expect(final.map(([instruction]) => instruction)).toEqual(['COPY', 'RUN', 'USER', 'CMD']);
    expect(final).toContainEqual(['COPY', '--from=installed /installed/ /']);
    expect(final).toContainEqual(['RUN', 'docktape --version']);
    expect((await docktape(['--version'])).stdout).toBe(`${version}\n`);
  });

  test("runs Falco as the unit does, with the unit's configuration where install.sh puts it, and not as root", () => {
    const command = JSON.parse(lines.find(([instruction]) => instruction === 'CMD')?.[1] ?? '') as string[];
    const unit = parseUnit(read('packaging/systemd/falco-docker.service'));
    const installed = '/usr/share/docktape/systemd/falco-docker.yaml';
    expect(command.join(' ')).toBe(serviceValue(unit, 'ExecStart').replace('/etc/falco/falco-docker.yaml', installed));
    expect(lines).toContainEqual(['USER', '65534:65534']);
  });

  test('says of itself that it was not run', () => {
    expect(read('packaging/container/Containerfile')).toContain('# Not run against that image');
  });
});

describe.each([
  ['packaging/container/compose.yaml', ['falco']],
  ['packaging/socket-proxy/compose.wollomatic.yaml', ['docker-events', 'falco']],
  ['packaging/socket-proxy/compose.tecnativa.yaml', ['docker-events', 'falco']],
])('%s', (path, services) => {
  const found = compose(path);
  const falco = found.falco as Service;

  test('has these services, and Falco without privileges', () => {
    expect(Object.keys(found)).toEqual(services);
    expect(falco).toMatchObject({
      image: `docktape-falco:${version}`,
      user: '65534:65534',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      read_only: true,
    });
    expect(Object.values(found).some((service) => service.privileged)).toBe(false);
    expect(read(path)).toMatch(/Not run/);
  });

  test('gives the socket to one service alone', () => {
    const holders = services.filter((name) => found[name]?.volumes?.includes(socket));
    expect(holders).toEqual([services[0]]);
    expect(Object.values(found).flatMap(({ volumes = [] }) => volumes)).toEqual([socket]);
  });
});

test('Falco with the socket is in its group, says what that means, and has no network', () => {
  const { falco } = compose('packaging/container/compose.yaml');
  expect(falco?.group_add).toEqual([expect.stringMatching(/^\$\{DOCKER_GID:\?/)]);
  expect(falco?.network_mode).toBe('none');
  expect(read('packaging/container/compose.yaml')).toContain("WHO MAY WRITE TO DOCKER'S SOCKET IS ROOT");
});

test.each(['wollomatic', 'tecnativa'])(
  'Falco behind the proxy of %s has neither socket nor group, and reaches the proxy alone',
  (name) => {
    const path = `packaging/socket-proxy/compose.${name}.yaml`;
    const { falco } = compose(path);
    expect(falco?.group_add).toBeUndefined();
    expect(falco?.environment).toEqual({ DOCKER_HOST: 'tcp://docker-events:2375' });
    expect(falco?.networks).toEqual(['docker-events']);
    expect((readYaml(path) as { networks: object }).networks).toEqual({ 'docker-events': { internal: true } });
  },
);
