import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitContext, withContext } from '#docktape/docker/enrichment/event-context.js';
import { Extraction, type Value } from './extraction.js';
import { container, event, id, nginx } from './sample-events.js';

let extraction: Extraction;
beforeAll(async () => {
  extraction = await Extraction.start();
});
afterAll(async () => extraction.loader.end());

const host = { name: 'worker-3', id: 'b1f3…', engine: '28.3.1' };
const mounts = [
  {
    type: 'bind',
    source: '/var/run/docker.sock',
    destination: '/var/run/docker.sock',
    rw: true,
    propagation: 'rprivate',
  },
  { type: 'bind', source: '/etc', destination: '/host etc', rw: false, propagation: 'rslave' },
  { type: 'volume', source: '/var/lib/docker/volumes/d/_data', destination: '/data', rw: true },
  { type: 'tmpfs', destination: '/tmp', rw: true },
];
const whole = {
  host,
  container: {
    privileged: true,
    readonly_rootfs: false,
    user: '1000:1000',
    network_mode: 'host',
    pid_mode: 'container:c0ffee',
    ipc_mode: 'private',
    userns_mode: 'host',
    runtime: 'runc',
    restart_policy: 'on-failure:3',
    image_id: `sha256:${id}`,
    image_digests: ['nginx@sha256:1'],
    created: '2026-01-31T08:00:00.123456789Z',
    entrypoint: ['/entry.sh', '-x'],
    command: ['nginx', '-g', 'daemon off;'],
    cap_add: ['SYS_ADMIN', 'NET_RAW'],
    cap_drop: ['ALL'],
    security_opt: ['seccomp=unconfined'],
    devices: ['/dev/kvm:/dev/kvm:rwm'],
    ports: ['0.0.0.0:80->8080/tcp'],
    mounts,
    env_names: ['PATH', 'TOKEN'],
  },
  exec: { user: 'root', privileged: true, tty: false, args: ['sh', '-c', ''] },
};

const hostFields = {
  'docker.host.name': 'worker-3',
  'docker.host.id': 'b1f3…',
  'docker.host.engine': '28.3.1',
};
const containerFields: Record<string, Value> = {
  'docker.container.privileged': true,
  'docker.container.readonly_rootfs': false,
  'docker.container.user': '1000:1000',
  'docker.container.network_mode': 'host',
  'docker.container.pid_mode': 'container:c0ffee',
  'docker.container.ipc_mode': 'private',
  'docker.container.userns_mode': 'host',
  'docker.container.runtime': 'runc',
  'docker.container.restart_policy': 'on-failure:3',
  'docker.container.image_id': `sha256:${id}`,
  'docker.container.image_digests': ['nginx@sha256:1'],
  'docker.container.command': '/entry.sh -x nginx -g daemon off;',
  'docker.container.created': 1_769_846_400_123_456_789n,
  'docker.container.cap_add': ['SYS_ADMIN', 'NET_RAW'],
  'docker.container.cap_drop': ['ALL'],
  'docker.container.security_opt': ['seccomp=unconfined'],
  'docker.container.devices': ['/dev/kvm:/dev/kvm:rwm'],
  'docker.container.ports': ['0.0.0.0:80->8080/tcp'],
  'docker.container.mounts': [
    '/var/run/docker.sock:/var/run/docker.sock:rw:bind:rprivate',
    '/etc:/host etc:ro:bind:rslave',
    '/var/lib/docker/volumes/d/_data:/data:rw:volume:',
    ':/tmp:rw:tmpfs:',
  ],
  'docker.container.mount_sources': ['/var/run/docker.sock', '/etc', '/var/lib/docker/volumes/d/_data'],
  'docker.container.mount_destinations': ['/var/run/docker.sock', '/host etc', '/data', '/tmp'],
  'docker.container.host_paths_rw': ['/var/run/docker.sock'],
  'docker.container.env_names': ['PATH', 'TOKEN'],
};
const execFields: Record<string, Value> = {
  'docker.exec.user': 'root',
  'docker.exec.privileged': true,
  'docker.exec.tty': false,
  'docker.exec.args': ['sh', '-c', ''],
};

/** An event with a context beside it, as the source host sends it. */
function enriched(payload: string, context: object | string): string {
  const json = Buffer.from(typeof context === 'string' ? context : JSON.stringify(context));
  return withContext(Buffer.from(payload), { json }).toString();
}

const start = event('container', 'start', nginx);

describe('the fields of a context', () => {
  test('are all there on an event of a container', async () => {
    expect(await extraction.all(enriched(start, whole))).toEqual(
      container('start', { ...hostFields, ...containerFields, ...execFields, 'docker.enriched': true }),
    );
  });

  test("are the container's on docktape's own events about one", async () => {
    const payload = event('docktape', 'missed die', { container: id });
    expect(await extraction.all(enriched(payload, whole))).toEqual({
      ...(await extraction.all(payload)),
      ...hostFields,
      ...containerFields,
    });
  });

  test.each(['network', 'volume', 'image', 'daemon'])('are only of the host on an event of a %s', async (type) => {
    const payload = event(type, 'create', { name: 'x', container: id });
    expect(await extraction.all(enriched(payload, whole))).toEqual({
      ...(await extraction.all(payload)),
      ...hostFields,
    });
  });

  test('are absent where the context is silent', async () => {
    const sparse = { container: { privileged: false, readonly_rootfs: true } };
    expect(await extraction.all(enriched(start, sparse))).toEqual(
      container('start', {
        'docker.enriched': true,
        'docker.container.privileged': false,
        'docker.container.readonly_rootfs': true,
      }),
    );
    const empty = {
      host: { name: '' },
      container: { user: '', cap_add: [], mounts: [], command: [] },
      exec: { args: [] },
    };
    expect(await extraction.all(enriched(start, empty))).toEqual(container('start', { 'docker.enriched': true }));
  });

  test.each([
    ['nothing is known', { host, lacks: ['container'] }, {}],
    ['only an earlier answer is', { ...whole, lacks: ['container'] }, { ...containerFields, ...execFields }],
    ['the exec is not known', { host, container: whole.container, lacks: ['exec'] }, containerFields],
    ['only the host is known', { host }, {}],
    ['what is lacking cannot be read', { ...whole, lacks: 1 }, { ...containerFields, ...execFields }],
  ])('a container is not enriched when %s', async (_, context, fields) => {
    expect(await extraction.all(enriched(start, context))).toEqual(
      container('start', { ...hostFields, ...fields, 'docker.enriched': false }),
    );
  });

  test('of another type than they should have are absent, and leave the others alone', async () => {
    const odd = {
      host: ['h'],
      container: {
        ...{
          privileged: 'true',
          readonly_rootfs: 1,
          user: 7,
          network_mode: null,
          created: 5,
          command: 'sh',
          cap_add: 'ALL',
        },
        ...{
          cap_drop: ['ALL', 3, null],
          mounts: [7, { source: '/a', rw: 'yes' }],
          entrypoint: { a: 1 },
          ipc_mode: 'host',
        },
      },
      exec: 'sh',
      lacks: [],
    };
    expect(await extraction.all(enriched(start, odd))).toEqual(
      container('start', {
        'docker.enriched': true,
        'docker.container.cap_drop': ['ALL'],
        'docker.container.mounts': ['/a::ro::'],
        'docker.container.mount_sources': ['/a'],
        'docker.container.ipc_mode': 'host',
      }),
    );
  });

  test('hold no NUL, behind which Falco would see nothing', async () => {
    const context = '{"container":{"user":"ro\\u0000ot","cap_add":["\\u0000"]}}';
    expect(await extraction.all(enriched(start, context))).toMatchObject({
      'docker.container.user': 'ro\uFFFDot',
      'docker.container.cap_add': ['\uFFFD'],
    });
  });

  test('are UTF-8 whatever was escaped', async () => {
    const context = '{"container":{"user":"\\udc00","cap_add":["a\\udfff\\udc00b","\\ud7ff\\ud83d\\ude00"]}}';
    expect(await extraction.all(enriched(start, context))).toMatchObject({
      'docker.container.user': '\uFFFD',
      'docker.container.cap_add': ['a\uFFFD\uFFFDb', '\ud7ff\u{1f600}'],
    });
  });
});

describe('docker.container.mount_rw', () => {
  const asked = (sources: readonly string[]) =>
    extraction.values(sources.map((source) => `docker.container.mount_rw[${source}]`));

  test('says by its source whether a mount can be written', async () => {
    await extraction.event(enriched(start, whole));
    const sources = ['/var/run/docker.sock', '/etc', '/var/lib/docker/volumes/d/_data', '/host etc', '/et', '', '/'];
    expect(await asked(sources)).toEqual([true, false, true, null, null, null, null]);
    await extraction.event(start);
    expect(await asked(sources.slice(0, 1))).toEqual([null]);
  });

  test.each([
    [true, false],
    [false, true],
  ])('of a source that is mounted twice, it is enough that one can be written', async (first, second) => {
    const twice = [first, second].map((rw, i) => ({ type: 'bind', source: '/etc', destination: `/${i}`, rw }));
    await extraction.event(enriched(start, { container: { mounts: twice } }));
    expect(await asked(['/etc'])).toEqual([true]);
  });
});

test.each<[string, bigint | null]>([
  ['1970-01-01T00:00:00Z', 0n],
  ['1970-01-01T01:00:00.5+01:00', 500_000_000n],
  ['2024-02-29T23:59:59.1234567891-00:30', 1_709_252_999_123_456_789n],
  ['2000-03-01T00:00:00z', 951_868_800_000_000_000n],
  ['2100-03-01T00:00:00.000000001Z', 4_107_542_400_000_000_001n],
  ['2554-07-21T23:34:33.709551615Z', 18_446_744_073_709_551_615n],
  ['2554-07-21T23:34:33.709551616Z', null],
  ['1969-12-31T23:59:59Z', null],
  ['0001-01-01T00:00:00Z', null],
  ['2023-02-29T00:00:00Z', null],
  ['2024-13-01T00:00:00Z', null],
  ['2024-01-01T24:00:00Z', null],
  ['2024-01-01T00:00:00', null],
  ['2024-01-01T00:00:00.Z', null],
  ['2024-01-01T00:00:00,5Z', null],
  ['2024-01-01 00:00:00Z', null],
  ['2024-01-01T00:00:00+24:00', null],
  ['yesterday', null],
])('a container that was created at %s', async (created, expected) => {
  const context = { container: { created } };
  expect(await extraction.one(enriched(start, context), 'docker.container.created')).toBe(expected);
});

describe('nothing but a context is taken for one:', () => {
  const contextFields = { ...hostFields, ...containerFields, ...execFields };
  const text = `,"docktape":${JSON.stringify(whole)}`;

  test.each<[string, Record<string, string>]>([
    ['a label of its name', { docktape: JSON.stringify(whole) }],
    ['labels of the names of fields', Object.fromEntries(Object.keys(contextFields).map((name) => [name, 'true']))],
    ['the text of one in a value', { note: text, other: `x${text}}}` }],
    ['the text of one in a key', { [text]: text, [`${text}}}`]: '' }],
    ['its beginning with escapes of its own', { note: ',\\"docktape\\":{\\', '\\': '\\\\",\\"docktape\\":{' }],
    ['a value that ends with braces', { z: '}}', note: ',"docktape":{}}' }],
  ])('not %s', async (_, labels) => {
    const payload = event('container', 'start', { ...labels, ...nginx });
    // With members in the order in which the labels are as close to the end as they can be.
    const reversed = `{"Type":"container","Action":"start","Actor":{"ID":"${id}","Attributes":${JSON.stringify({ ...nginx, ...labels })}}}`;
    for (const line of [payload, reversed]) {
      expect(splitContext(Buffer.from(line))).toEqual({ payload: Buffer.from(line) });
      const plain = await extraction.all(line);
      expect(plain).toMatchObject(container('start'));
      expect(Object.keys(plain).filter((name) => name in contextFields)).toEqual([]);
      for (const [key, value] of Object.entries(labels)) {
        if (!key.includes(']')) expect(await extraction.one(line, `docker.attributes[${key}]`)).toBe(value);
      }
      expect(await extraction.all(enriched(line, whole))).toEqual({
        ...plain,
        ...contextFields,
        'docker.enriched': true,
      });
    }
  });

  test('and not a member of that name which stands elsewhere, or is no object', async () => {
    const members = [`{"docktape":${JSON.stringify(whole)},"Type":"container","Action":"start","Actor":{"ID":"x"}}`];
    for (const value of ['"x"', '[{"host":{}}]', '{"host":{"name":"a"}},"time":5']) {
      members.push(`{"Type":"container","Action":"start","docktape":${value}}`);
    }
    for (const line of members) {
      const fields = await extraction.all(line);
      expect(fields).toMatchObject({ 'docker.action': 'start', 'docker.enriched': false });
      expect(Object.keys(fields).filter((name) => name in contextFields)).toEqual([]);
    }
  });
});

describe('a context that cannot be read', () => {
  test.each([
    ['is no JSON', '{host}'],
    ['has text behind it', '{"host":{}} {}'],
    ['has more members behind it', '{"host":{}},"Action":{}'],
    ['is cut off', '{"host":{"name":"h"'],
    ['is nested without end', `{"host":${'['.repeat(100_000)}`],
    ['has half of a surrogate pair', '{"host":{"name":"\\ud800"}}'],
  ])('because it %s leaves the event as it is', async (_, context) => {
    const line = enriched(start, `${context.endsWith('}') ? context : `${context}}`}`);
    const before = await extraction.parseErrors();
    expect(await extraction.all(line)).toEqual(container('start'));
    expect(await extraction.parseErrors()).toBe(before);
  });

  test('because a NUL ends it leaves the event as it is', async () => {
    const line = Buffer.from(enriched(start, '{"host":{"name":"a"}}?"}'));
    line[line.lastIndexOf('?')] = 0;
    expect(await extraction.all(line)).toEqual(container('start'));
  });

  test('because it is no UTF-8 leaves the event as it is', async () => {
    const line = Buffer.from(enriched(start, { host: { name: 'a?' } }));
    line[line.lastIndexOf('?')] = 0xff;
    expect(await extraction.all(line)).toEqual(container('start'));
  });

  test('and an event that cannot be read has none of its context', async () => {
    expect(await extraction.all(`{"Type":"container"${enriched('{"a":[}', whole).slice(1)}`)).toEqual({});
  });
});

test('deep contexts that are JSON do not overflow the stack', async () => {
  const deep = `{"host":{"name":"h"},"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(await extraction.one(enriched(start, deep), 'docker.host.name')).toBe('h');
});

test('nothing of one context is seen in another event, in any order, and equal ones are alike', async () => {
  const of = (user: string) => enriched(start, { container: { user, cap_add: [user] } });
  const users = ['a', 'b', 'a', '', 'b', 'a'];
  for (const user of users) {
    await extraction.event(user === '' ? start : of(user));
    const expected = user === '' ? [null, null] : [user, [user]];
    expect(await extraction.values(['docker.container.user', 'docker.container.cap_add'])).toEqual(expected);
  }
  // More than are kept.
  for (let i = 0; i < 5000; i++) {
    await extraction.event(of(`user ${i}`));
    if (i % 500 === 0) expect(await extraction.values(['docker.container.user'])).toEqual([`user ${i}`]);
    else await extraction.values(['docker.container.user']);
  }
  expect(await extraction.one(of('a'), 'docker.container.user')).toBe('a');
});

test('many lists of one call do not disturb each other', async () => {
  await extraction.event(enriched(start, whole));
  const names = ['docker.exec.args', 'docker.container.cap_add', 'docker.exec.args', 'docker.container.user'];
  expect(await extraction.values(names)).toEqual([
    whole.exec.args,
    whole.container.cap_add,
    whole.exec.args,
    '1000:1000',
  ]);
});
