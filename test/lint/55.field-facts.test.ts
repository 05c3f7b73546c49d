import { expect, it } from 'vitest';
import { withContext } from '#docktape/docker/enrichment/event-context.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { EVENT_KINDS } from '#docktape/lint/docker/event-kinds.js';
import { IMPLIED } from '#docktape/lint/docker/field-facts.js';
import { Engine } from '#docktape/rules/engine.js';
import { dockerPlugin, rule } from './support/lint.js';

const plugin = dockerPlugin();

/** Attributes that give every field a value where the extractor looks for one. */
const ATTRIBUTES = {
  name: 'web',
  image: `registry.example/team/web:1@sha256:${'a'.repeat(64)}`,
  exitCode: '1',
  signal: '9',
  container: 'c'.repeat(64),
  driver: 'local',
  destination: '/data',
  'read/write': 'true',
  execID: 'e'.repeat(64),
  oldName: '/old',
  execDuration: '3',
  type: 'bridge',
};

/** One that gives every field of a context a value, whatever it stands beside. */
const CONTEXT = {
  json: Buffer.from(
    JSON.stringify({
      host: { name: 'h', id: 'i', engine: '28' },
      container: {
        ...{ privileged: true, readonly_rootfs: true, user: 'root', network_mode: 'host', pid_mode: 'host' },
        ...{ ipc_mode: 'host', userns_mode: 'host', runtime: 'runc', restart_policy: 'always', image_id: 'sha256:1' },
        ...{ image_digests: ['web@sha256:1'], created: '2026-01-31T08:00:00Z', command: ['sh'], cap_add: ['ALL'] },
        ...{ cap_drop: ['ALL'], security_opt: ['a=b'], devices: ['/a:/a:r'], ports: ['80->80/tcp'], env_names: ['A'] },
        mounts: [{ type: 'bind', source: '/a', destination: '/b', rw: true }],
      },
      exec: { user: 'root', privileged: true, tty: true, args: ['sh'] },
    }),
  ),
};

/** What daemons send, and what somebody may: every type with every action, with and without the members of older daemons. */
function events(): { ts: bigint; payload: Buffer }[] {
  const types = [...new Set(EVENT_KINDS.map(({ type }) => type)), '', 'Container', 'other'];
  const known = EVENT_KINDS.map(({ action }) => (action.endsWith(': ') ? `${action}sh` : action));
  const actions = [...new Set(known), '', 'exec_start', 'exec_start:sh', ': sh', 'other: sh'];
  const members = [{}, { status: 'start', id: 'i'.repeat(64), from: 'web:1' }, { HealthStatus: 'healthy' }];
  const all = types.flatMap((Type) =>
    actions.flatMap((Action) =>
      members.flatMap((more) =>
        [ATTRIBUTES, {}].map((Attributes) => ({ Type, Action, Actor: { ID: 'i'.repeat(64), Attributes }, ...more })),
      ),
    ),
  );
  const lines = all.flatMap((event) => {
    const line = Buffer.from(JSON.stringify(event));
    return [line, withContext(line, CONTEXT)];
  });
  const partial = [{}, { Type: 'container' }, { Action: 'exec_start: sh', Actor: { Attributes: ATTRIBUTES } }];
  lines.push(...partial.map((event) => Buffer.from(JSON.stringify(event))));
  return lines.map((payload, i) => ({ ts: BigInt(i + 1), payload }));
}

it('what lint takes for certain of fields holds on every event that has the field', () => {
  const facts = Object.entries(IMPLIED).flatMap(([field, conditions]) =>
    conditions.map((condition) => ({ field, condition })),
  );
  const text = facts.flatMap(({ field, condition }, i) => [
    rule(`broken ${i}`, `${field} exists and not ${condition}`),
    rule(`seen ${i}`, `${field} exists`),
  ]);
  const settings = { ...DEFAULT_SETTINGS, ruleMatching: 'all' } as const;
  const { engine } = Engine.load([{ name: 'r.yaml', text: text.join('') }], plugin, settings);
  const fired = new Set(engine?.evaluate(plugin.wrap(events())).map((alert) => alert.rule));
  expect(facts.filter((_, i) => fired.has(`broken ${i}`))).toEqual([]);
  expect(facts.filter((_, i) => !fired.has(`seen ${i}`))).toEqual([]);
});
