import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { checkRules } from '#docktape/lint/check-rules.js';
import { formatDiagnostic } from '#docktape/rules/diagnostic.js';
import { Engine } from '#docktape/rules/engine.js';
import { definitionsIn, readRules } from '../../scripts/rules-page/read-rules.mjs';
import { renderRulesPage } from '../../scripts/rules-page/render.mjs';
import { projectPath } from '../support/docktape.js';

const page = readFileSync(projectPath('docs/rules.md'), 'utf8');
const shipped = { name: 'rules/docker_rules.yaml', text: readFileSync(projectPath('rules/docker_rules.yaml'), 'utf8') };
const { rules, definitions } = readRules(shipped.text);

describe('the page about the rules', () => {
  it('is what the rules file says (npm run readme)', () => {
    expect(page).toBe(renderRulesPage(page, shipped.text));
  });

  it('has a chapter for each rule, in their order, with what it means', () => {
    const named = (parse(shipped.text) as { rule?: string }[]).flatMap(({ rule }) => rule ?? []);
    expect([...page.matchAll(/^### (.+)$/gm)].map(([, name]) => name)).toEqual(named);
    for (const { desc } of rules) expect(page).toContain(`\n${desc}\n`);
  });

  it('links to chapters that it has', () => {
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(rules.length);
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });
});

describe('the rules file', () => {
  it('says of each list and macro that can be overridden what it is, and uses all of them', () => {
    const used = new Set(rules.flatMap(({ condition }) => [...definitionsIn(condition, definitions)]));
    expect([...definitions.values()].filter((definition) => !used.has(definition))).toEqual([]);
    const lists = [...definitions.values()].filter(({ kind }) => kind === 'list');
    expect(lists.filter(({ comment }) => comment === '')).toEqual([]);
  });

  it('tags rules with a technique behind its tactic, and only such', () => {
    for (const { tags } of rules) expect(tags.join(' ')).toMatch(/^[a-z ]+( mitre_[a-z_]+( T\d{4})+)*$/);
  });

  it('gives the reason for severe alerts: every rule of ERROR or above has a technique', () => {
    const severe = rules.filter(({ priority }) => ['CRITICAL', 'ERROR'].includes(priority));
    expect(severe.length).toBeGreaterThan(5);
    for (const { tags } of severe) expect(tags.join(' ')).toMatch(/ T\d{4}/);
  });
});

describe('the example of tuning', () => {
  const plugin = LoadedPlugin.load(libraryPath());
  afterAll(() => plugin.destroy());

  const [, text = ''] = /^## Tuning\n[\s\S]*?```yaml\n([\s\S]*?)```/m.exec(page) ?? [];
  const tuned = [shipped, { name: 'ours.yaml', text }];

  let engines: readonly (Engine | undefined)[] = [];
  beforeAll(() => {
    plugin.init();
    engines = [[shipped], tuned].map((files) => Engine.load(files, plugin, DEFAULT_SETTINGS).engine);
  });

  /** The rules that report the event of a container, without and with the example. */
  function reports(Action: string, attributes: object, docktape: object = {}): (string | undefined)[] {
    const Actor = { ID: 'c0ffee', Attributes: { name: 'web', image: 'nginx:1.27', ...attributes } };
    const payload = Buffer.from(JSON.stringify({ Type: 'container', Action, Actor, time: 1, docktape }));
    return engines.map((engine) => engine?.evaluate(plugin.wrap([{ ts: 1_000_000_000n, payload }]))[0]?.rule);
  }

  it('loads without a word, and lint has none either', () => {
    const { engine, errors, warnings } = Engine.load(tuned, plugin, DEFAULT_SETTINGS);
    expect([...errors, ...warnings].map(formatDiagnostic)).toEqual([]);
    expect(engine?.rules).toHaveLength(rules.length - 1);
    expect(checkRules(tuned, plugin, DEFAULT_SETTINGS)).toEqual([]);
  });

  it('does what its comments say', () => {
    const socket = (image: string) => {
      const mounts = [{ type: 'bind', source: '/var/run/docker.sock', destination: '/d', rw: true }];
      return reports('start', { name: 'portainer', image }, { container: { privileged: false, user: 'root', mounts } });
    };
    const check = '/bin/sh -c curl -f http://localhost:8080/health || exit 1';
    const keys = [{ type: 'bind', source: '/srv/keys', destination: '/keys', rw: false }];
    const agent = (image_id: string) =>
      reports('start', {}, { container: { privileged: true, user: 'root', image_id } });
    const ordinary = 'Container status changed';
    expect({
      foreign: reports('start', { image: 'ghcr.io/team/tool:1' }),
      ours: reports('start', { image: 'registry.example.com/team/tool:1' }),
      check: reports(`exec_start: ${check}`, {}),
      more: reports(`exec_start: ${check}; curl http://203.0.113.7`, {}),
      keys: reports('start', {}, { container: { privileged: false, user: '1000', mounts: keys } }),
      portainer: socket('portainer/portainer-ce:2.21.4'),
      impostor: socket('someone/portainer-ce:2.21.4'),
      agent: agent('sha256:3f1c9a0e5b7d2846c1f0a9e8d7b6c5a4938271605f4e3d2c1b0a99887766554d'),
      other: agent('sha256:0000000000000000000000000000000000000000000000000000000000000000'),
      shell: reports('exec_start: xonsh -i', {}),
      latest: reports('start', { image: 'nginx' }),
    }).toEqual({
      foreign: [ordinary, 'Registry not allowed'],
      ours: ['Registry not allowed', ordinary],
      check: ['Download tool executed in container', undefined],
      more: ['Download tool executed in container', 'Download tool executed in container'],
      keys: [ordinary, 'Sensitive host path mounted'],
      portainer: ['Docker socket mounted', ordinary],
      impostor: ['Docker socket mounted', 'Docker socket mounted'],
      agent: ['Privileged container started', ordinary],
      other: ['Privileged container started', 'Privileged container started'],
      shell: [undefined, 'Shell executed in container'],
      latest: ['Container of latest image', ordinary],
    });
  });
});
