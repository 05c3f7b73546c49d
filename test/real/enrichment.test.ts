import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Dockerd, image, startDockerd } from '../../scripts/real/dockerd.mjs';
import { docktape, docktapeLines, end, recordedLines, rules, startDocktape } from './support/cli.js';
import { startAndExecute } from './support/containers.js';
import { Output } from './support/output.js';
import { allRead, between } from './support/reading.js';
import { startSysdig } from './support/sysdig.js';

/** What nobody but the container is to know. */
const SECRET = 'a-value-that-nobody-keeps';
const VARIABLE = 'DATABASE_PASSWORD';

/** Every answer is waited for, on a busy machine too (ms). */
const PATIENCE = 10_000;
const LIVE = ['--json', '-o', 'rule_matching=all'];

interface Field {
  readonly name: string;
  readonly arg?: { readonly isRequired?: boolean };
}

/** The fields of contexts, and which event it is. */
const columns = [
  ...['docker.actor.id', 'docker.action', 'docker.time', 'docker.container.mount_rw[/var/run/docker.sock]'],
  ...(JSON.parse(docktape('fields', '--json')) as Field[])
    .filter(({ arg }) => !arg?.isRequired)
    .map(({ name }) => name)
    .filter((name) => /^docker\.(enriched|(container|exec|host)\..+)$/.test(name)),
];
const format = columns.map((field) => `"%${field}"`).join(' ~ ');

const folder = mkdtempSync(join(tmpdir(), 'docktape-enrichment-'));
const capture = join(folder, 'night.db');
/** What `docktape live` and sysdig printed of the scenario while it happened. */
let alerts: string[];
let printed: string[];
/** What all of them wrote besides. */
let said: string;
/** The scenario's containers. */
let breakout: string;
let web: string;

beforeAll(async () => {
  const dockerd = await startDockerd();
  const timeout = ['--enrich-timeout', String(PATIENCE)];
  const recorder = startDocktape('record', capture, '--host', dockerd.host, ...timeout);
  const live = startDocktape('live', dockerd.host, '-r', rules, ...LIVE, ...timeout);
  const config = { enrich_timeout: PATIENCE };
  const sysdig = startSysdig({ openParams: dockerd.host, format, config, bind: [dockerd.folder] });
  const clients = [recorder, live, sysdig];
  const [recorderSays, liveSays, sysdigSays] = clients.map((client) => new Output(client)) as [Output, Output, Output];
  const alertLines = () => liveSays.lines.map(({ text }) => text);
  const printedLines = () => sysdigSays.lines.map(({ text }) => text);
  try {
    await recorderSays.waitFor('reading events from');
    const readers = [() => recordedLines(capture), alertLines, printedLines];
    const begin = await allRead(dockerd, 'begin', readers);
    [breakout, web] = await scenario(dockerd);
    await allRead(dockerd, 'end', readers);
    alerts = between(alertLines(), begin, '"end-');
    printed = between(printedLines(), begin, '"end-');
  } finally {
    for (const client of clients) await end(client);
    await dockerd.stop();
  }
  expect(recorder.exitCode).toBe(0);
  said = [recorderSays, liveSays, sysdigSays]
    .flatMap(({ lines, errors }) => [...lines, ...errors].map(({ text }) => text))
    .join('\n');
}, 200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * A privileged container that has Docker's socket, and one that has nothing, in which somebody is root.
 *
 * @returns their IDs
 */
async function scenario(dockerd: Dockerd): Promise<[breakout: string, web: string]> {
  const Env = [`${VARIABLE}=${SECRET}`];
  const containers = [
    await startAndExecute(
      dockerd,
      {
        name: 'breakout',
        Env,
        HostConfig: {
          NetworkMode: 'host',
          Privileged: true,
          CapAdd: ['SYS_PTRACE'],
          Binds: ['/var/run/docker.sock:/var/run/docker.sock', '/etc:/host/etc:ro'],
        },
      },
      { Cmd: ['id', '-u'], Env },
    ),
    await startAndExecute(
      dockerd,
      { name: 'web', User: '1000', Env, HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true } },
      { Cmd: ['sh', '-c', 'id'], User: 'root', Privileged: true, Env },
    ),
  ];
  for (const container of containers) await container.remove({ force: true });
  const [one, other] = containers.map(({ id }) => id);
  return [one ?? '', other ?? ''];
}

interface Alert {
  readonly rule: string;
  readonly output: string;
  readonly event?: number;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

/** The alerts of the scenario's containers, in an order of their own: two readers need not be told in the same one. */
function ofContainers(lines: readonly string[]): Omit<Alert, 'event'>[] {
  return lines
    .filter((line) => /container=(breakout|web)\b|name=(breakout|web)\b/.test(line))
    .map((line) => JSON.parse(line) as Alert)
    .map(({ event: _, ...alert }) => alert)
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function rulesOf(name: string): string[] {
  return ofContainers(alerts)
    .filter(({ output }) => new RegExp(`(container|name)=${name}\\b`).test(output))
    .map(({ rule }) => rule);
}

test('rules that need to know what a container is fire while it happens', () => {
  expect(rulesOf('breakout')).toEqual(
    expect.arrayContaining(['Privileged container started', 'Docker socket mounted', 'Host network shared']),
  );
  expect(rulesOf('web')).toEqual(expect.arrayContaining(['Privileged command executed', 'Command executed as root']));
});

test('and those stay silent that ask for something else', () => {
  expect(rulesOf('web')).not.toContain('Privileged container started');
  expect(rulesOf('breakout')).not.toContain('Command executed as root');
  const all = [...rulesOf('web'), ...rulesOf('breakout')];
  expect(all).not.toContain('Container could not be looked at');
});

test('the recording replays to the same alerts when the daemon is gone', () => {
  const replayed = ofContainers(docktapeLines('replay', capture, '-r', rules, ...LIVE));
  expect(replayed.length).toBeGreaterThan(10);
  expect(replayed).toEqual(ofContainers(alerts));
});

test('sysdig saw the same fields, live', () => {
  const ours = (lines: readonly string[]) =>
    lines.filter((line) => line.includes(breakout) || line.includes(web)).sort();
  const shown = ours(docktapeLines('show', capture, '--format', format));
  expect(shown.length).toBeGreaterThanOrEqual(10);
  expect(ours(printed)).toEqual(shown);
  const cells = shown.map((line) => line.slice(1, -1).split('" ~ "'));
  const start = (id: string) => {
    const row = cells.find(([actor, action]) => actor === id && action === 'start') ?? [];
    return Object.fromEntries(columns.map((column, index) => [column.replace(/^docker\./, ''), row[index]]));
  };
  expect(start(breakout)).toMatchObject({
    enriched: 'true',
    'container.privileged': 'true',
    'container.user': 'root',
    'container.network_mode': 'host',
    'container.cap_add': '(SYS_PTRACE)',
    'container.mount_rw[/var/run/docker.sock]': 'true',
    'container.host_paths_rw': '(/var/run/docker.sock)',
    'container.env_names': expect.stringContaining(VARIABLE),
    'host.name': 'docktape',
  });
  expect(start(web)).toMatchObject({
    enriched: 'true',
    'container.privileged': 'false',
    'container.readonly_rootfs': 'true',
    'container.user': '1000',
    'container.network_mode': 'none',
    'container.mount_rw[/var/run/docker.sock]': '<NA>',
  });
});

test('show prints what the containers were', () => {
  const text = docktape('show', capture);
  for (const part of ['PRIVILEGED', '/var/run/docker.sock', 'SYS_PTRACE', 'user 1000', VARIABLE])
    expect(text).toContain(part);
});

test('export gives what the daemon sent, and with contexts what an import takes apart again', () => {
  const plain = docktapeLines('export', capture);
  expect(plain.filter((line) => line.includes('"docktape":{'))).toEqual([]);
  expect(plain.filter((line) => line.includes(image)).length).toBeGreaterThanOrEqual(10);
  const file = join(folder, 'with-context.jsonl');
  docktape('export', '--with-context', capture, '-o', file);
  const copy = join(folder, 'copy.db');
  docktape('import', file, copy);
  expect(docktapeLines('export', copy)).toEqual(plain);
  const [ours, theirs] = [capture, copy].map((from) => docktapeLines('export', '--with-context', from));
  expect(ours?.filter((line) => line.includes('"docktape":{"host":'))).toHaveLength(plain.length);
  expect(theirs).toEqual(ours);
});

test('no value of an environment variable is kept, or told', () => {
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)).includes(SECRET), name).toBe(false);
  }
  expect(readFileSync(capture).includes(VARIABLE)).toBe(true);
  expect(said).not.toContain(SECRET);
  expect(said).toContain(VARIABLE);
});
