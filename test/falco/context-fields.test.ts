import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withContext } from '#docktape/docker/enrichment/event-context.js';
import { docktape } from '../support/docktape.js';

/** The embedded engine, and a real Falco where there is one. */
const engines = ['embedded', ...(process.env.DOCKTAPE_FALCO ? ['falco'] : [])];

const socket = '/var/run/docker.sock';
const contexts = [
  undefined,
  {
    host: { name: 'worker-3' },
    container: {
      ...{ privileged: true, readonly_rootfs: false, user: 'root', created: '2026-01-31T08:00:00.5Z' },
      cap_add: ['SYS_ADMIN', 'NET_RAW'],
      mounts: [
        { type: 'bind', source: socket, destination: socket, rw: true, propagation: 'rprivate' },
        { type: 'bind', source: '/etc', destination: '/host', rw: false },
      ],
    },
    exec: { user: 'root', privileged: true, tty: false, args: ['sh', '-c', ''] },
  },
  {
    container: { privileged: false, readonly_rootfs: true, user: '1000', cap_add: ['SYS_ADMIN'] },
    exec: { args: ['', 'a,b', '(x)', 'ü "q"'] },
  },
  { container: { privileged: false, readonly_rootfs: true, cap_add: [''] }, lacks: ['exec'] },
];

/** Conditions, and the numbers of the events that have what they ask for. */
const conditions: Record<string, number[]> = {
  'docker.container.cap_add exists': [2, 3, 4],
  'docker.container.cap_add in (SYS_ADMIN)': [3],
  'docker.container.cap_add in (SYS_ADMIN, NET_RAW, SYS_PTRACE)': [2, 3],
  'docker.container.cap_add in ("")': [4],
  'not docker.container.cap_add in (SYS_ADMIN)': [1, 2, 4],
  'docker.container.cap_add intersects (NET_RAW, SYS_PTRACE)': [2],
  'not docker.container.cap_add intersects (NET_RAW)': [1, 3, 4],
  'len(docker.container.cap_add) >= 2': [2],
  'docker.exec.args intersects (sh, "a,b")': [2, 3],
  'join(" ", docker.exec.args) contains "-c"': [2],
  'docker.container.mount_sources intersects (/run/docker.sock, /var/run/docker.sock)': [2],
  'docker.container.host_paths_rw in (/var/run/docker.sock)': [2],
  'docker.container.mount_rw[/var/run/docker.sock] = true': [2],
  'docker.container.mount_rw[/var/run/docker.sock] in (true)': [2],
  'docker.container.mount_rw["/etc"] = false': [2],
  'docker.container.mount_rw[/etc] exists': [2],
  'docker.container.mount_rw[/et] exists': [],
  'docker.container.created = 1769846400500000000': [2],
  'docker.container.privileged = true': [2],
  'docker.enriched = true': [2, 3],
  'docker.enriched = false': [1, 4],
  'docker.host.name = worker-3': [2],
};

const fields = [
  'docker.container.cap_add',
  'docker.exec.args',
  'docker.enriched',
  `docker.container.mount_rw[${socket}]`,
];
const texts = [
  '<NA>|<NA>|false|<NA>',
  '(SYS_ADMIN,NET_RAW)|(sh,-c,)|true|true',
  '(SYS_ADMIN)|(a,b,(x),ü "q")|true|<NA>',
  '()|<NA>|false|<NA>',
];
const values = [
  [null, null, false, null],
  [['SYS_ADMIN', 'NET_RAW'], ['sh', '-c', ''], true, true],
  [['SYS_ADMIN'], ['', 'a,b', '(x)', 'ü "q"'], true, null],
  [[''], null, false, null],
];

const folder = mkdtempSync(join(tmpdir(), 'docktape-context-fields-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [capture, rules] = [join(folder, 'c.db'), join(folder, 'r.yaml')];

beforeAll(async () => {
  const lines = contexts.map((context, i) => {
    const event = { Type: 'container', Action: 'start', Actor: { ID: `c${i}` }, time: 1_700_000_000 + i };
    const line = Buffer.from(JSON.stringify(event));
    return context ? withContext(line, { json: Buffer.from(JSON.stringify(context)) }) : line;
  });
  writeFileSync(join(folder, 'events.jsonl'), Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
  expect(await docktape(['import', join(folder, 'events.jsonl'), capture])).toMatchObject({ code: 0 });
  const output = fields.map((field) => `%${field}`).join('|');
  const rule = { desc: 'd', output, priority: 'INFO', source: 'docker' };
  const all = ['evt.num > 0', ...Object.keys(conditions)].map((condition) => ({ rule: condition, condition, ...rule }));
  writeFileSync(rules, JSON.stringify(all));
});

interface Alert {
  readonly rule: string;
  readonly event: number;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

describe.each(engines)('the fields of a context in the %s engine', (engine) => {
  let alerts: Alert[];
  beforeAll(async () => {
    const args = ['replay', capture, '-r', rules, '--json', '-q', '-o', 'rule_matching=all', '--engine', engine];
    const { stdout, stderr, code } = await docktape(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    alerts = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Alert);
  });

  test('are compared as lists, by keys with slashes and dots, and as single values', () => {
    const eventsOf = (rule: string) => alerts.filter((alert) => alert.rule === rule).map(({ event }) => event);
    const found = Object.fromEntries(Object.keys(conditions).map((rule) => [rule, eventsOf(rule)]));
    expect(found).toEqual(conditions);
  });

  test('are printed as lists, in texts and in JSON', () => {
    const printed = alerts.filter(({ rule }) => rule === 'evt.num > 0');
    expect(printed.map(({ output }) => output.replace(/^\S+ \S+ /, ''))).toEqual(texts);
    expect(printed.map(({ output_fields }) => fields.map((field) => output_fields[field]))).toEqual(values);
  });
});
