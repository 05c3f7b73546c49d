import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { toText } from '#docktape/rules/bytes.js';
import { formatDiagnostic } from '#docktape/rules/diagnostic.js';
import { Engine } from '#docktape/rules/engine.js';

const name = 'rules/docker_rules.yaml';
const text = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('the shipped rules', () => {
  const plugin = LoadedPlugin.load(libraryPath());
  beforeAll(() => plugin.init());
  afterAll(() => plugin.destroy());

  function load(ruleMatching: 'first' | 'all') {
    return Engine.load([{ name, text }], plugin, { ...DEFAULT_SETTINGS, ruleMatching });
  }

  /** The rules that report an event of this type and action, and the message of the first. */
  function report(type: string, action: string, attributes: Readonly<Record<string, string>> = {}) {
    const event = {
      Type: type,
      Action: action,
      Actor: { ID: 'c0ffee', Attributes: { name: 'web', image: 'nginx', ...attributes } },
    };
    const legacy = type === 'container' ? { status: action, id: 'c0ffee', from: 'nginx' } : {};
    const payload = Buffer.from(JSON.stringify({ ...legacy, ...event, scope: 'local', time: 1, timeNano: 1000000000 }));
    const alerts = load('all').engine?.evaluate(plugin.wrap([{ ts: 1_000_000_000n, payload }])) ?? [];
    return { rules: alerts.map(({ rule }) => rule), message: alerts[0] && toText(alerts[0].message) };
  }

  it('load without a word', () => {
    const { engine, errors, warnings } = load('first');
    expect([...errors, ...warnings].map(formatDiagnostic)).toEqual([]);
    expect(engine?.rules.map(({ definition }) => definition.name).at(-1)).toBe('Container status changed');
  });

  it('report what they are about', () => {
    expect(report('container', 'create')).toEqual({
      rules: ['Container status changed'],
      message: 'Container status changed | status=create from=nginx type=container action=create name=web',
    });
    expect(report('container', 'exec_start: sh -c id', { execID: 'e1' })).toEqual({
      rules: ['Shell executed in container'],
      message:
        'Shell executed in container | command=sh -c id container=web image=nginx id=c0ffee exec_id=e1 exec_user=<NA> tty=<NA>',
    });
    const fired: readonly (readonly [rules: string[], ...Parameters<typeof report>])[] = [
      [['Shell executed in container'], 'container', 'exec_start: /bin/bash'],
      [[], 'container', 'exec_start: ls /bin/sh'],
      [[], 'container', 'exec_create: sh'],
      [['Files copied into or out of container'], 'container', 'extract-to-dir'],
      [['Container committed to image'], 'container', 'commit'],
      [['Container out of memory'], 'container', 'oom'],
      [['Container killed'], 'container', 'kill', { signal: '9' }],
      [[], 'container', 'kill', { signal: '15' }],
      [['Container ended with failure', 'Container status changed'], 'container', 'die', { exitCode: '3' }],
      [['Container status changed'], 'container', 'die', { exitCode: '0' }],
      [['Container removed'], 'container', 'destroy'],
      [['Image imported or loaded'], 'image', 'import'],
      [['Image deleted'], 'image', 'delete'],
      [[], 'image', 'tag'],
      [['Network created or removed'], 'network', 'create', { type: 'bridge' }],
      [['Volume created or removed'], 'volume', 'destroy', { driver: 'local' }],
      [[], 'volume', 'mount'],
    ];
    expect(fired.map(([, ...event]) => [report(...event).rules, ...event])).toEqual(fired);
  });
});
