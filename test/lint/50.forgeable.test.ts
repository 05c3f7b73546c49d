import { describe, expect, it } from 'vitest';
import { isForgeable } from '#docktape/lint/field-trust.js';
import { caretText, dockerPlugin, findingsOn, lintOf, rule } from './support/lint.js';

const plugin = dockerPlugin();

function said(condition: string, more: Readonly<Record<string, unknown>> = {}): string[] {
  return lintOf(condition, plugin, { priority: 'NOTICE', ...more }).filter((text) => text.startsWith('LINT_FORGEABLE'));
}

describe('the fields that a label can forge', () => {
  it('are those whose description says so', () => {
    const names = plugin.fields.filter(isForgeable).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['docker.exitcode', 'docker.attributes', 'docker.compose.project']));
    expect(names).not.toEqual(expect.arrayContaining(['docker.type']));
    expect(names).not.toContain('docker.container.image');
  });
});

describe('a rule that rests on what a label can forge', () => {
  it.each([
    'docker.exitcode = 137',
    'docker.type = container and docker.action = die and docker.exitcode > 0',
    'docker.type = container and docker.attributes[team] = payments',
    'docker.action.verb = exec_start and docker.exec.id startswith a',
    'docker.type = container and docker.compose.project exists',
    'docker.container.image = bad or docker.type = container and docker.signal = 9',
    'docker.type = container and docker.action = kill and docker.signal = 9 and not docker.container.name = web',
    'docker.type = container and docker.swarm.task = val(docker.container.name)',
    'evt.num > 5 and docker.exitcode = 1',
  ])('is told: %s', (condition) => {
    expect(said(condition)).toEqual([expect.stringContaining('besides the kind of event, this goes by `')]);
  });

  it.each([
    'docker.type = container and docker.action = oom',
    'docker.type = container and docker.exec.command startswith sh',
    'docker.type = container and docker.exitcode = 137 and docker.container.image startswith db',
    'docker.compose.project = shop and docker.exec.command = sh',
    // Only containers' and images' events have labels.
    'docker.type = network and docker.attributes.type = host',
    'docker.type = volume and docker.action = mount and docker.attributes[destination] startswith /etc',
    'docker.network.type = host',
  ])('is not: %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('is told by the field that a label can forge, wherever it stands', () => {
    expect(said('docker.container.name = val(docker.compose.service)')).toEqual([
      expect.stringContaining('a label can forge docker.compose.service:'),
    ]);
  });

  it('may inform', () => {
    const condition = 'docker.type = container and docker.action = die and docker.exitcode > 0';
    expect(said(condition, { priority: 'INFO' })).toEqual([]);
    expect(said(condition, { priority: 'DEBUG' })).toEqual([]);
    expect(said(condition, { priority: 'CRITICAL' })).toHaveLength(1);
  });
});

describe('what a label alone can silence', () => {
  const SHELL = 'docker.type = container and docker.exec.command startswith sh';

  it.each([
    `${SHELL} and not docker.compose.project = trusted`,
    `${SHELL} and not docker.attributes[allow] exists`,
    `${SHELL} and not (docker.action.verb = exec_start and docker.compose.project = trusted)`,
    `${SHELL} and not (docker.container.image = x or docker.attributes[allow] = yes)`,
    `${SHELL} and docker.compose.project != trusted`,
  ])('is told: %s', (condition) => {
    expect(said(condition)).toEqual([
      expect.stringMatching(/a label can make `.*` (true|false), and that alone silences/),
    ]);
  });

  it('may be an exception, whose field the caret is under', () => {
    const exceptions = [{ name: 'e', fields: ['docker.compose.project'], values: [['trusted']] }];
    const found = findingsOn(rule('R', SHELL, { priority: 'WARNING', exceptions }), plugin);
    expect(found.map(({ code }) => code)).toEqual(['LINT_FORGEABLE']);
    expect(found[0]?.message).toContain('silences this rule of priority Warning');
    expect(found[0] && caretText(found[0])).toMatch(/^docker\.compose\.project"/);
  });

  it.each([
    `${SHELL} and not docker.container.image = trusted`,
    `${SHELL} and not (docker.container.image = trusted and docker.compose.project = x)`,
    `${SHELL} and not docker.action.verb = exec_create`,
    'docker.type = network and not docker.attributes.type = bridge',
  ])('is not: %s', (condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('is not an exception that asks for something of substance, too', () => {
    const fields = ['docker.container.image', 'docker.compose.project'];
    expect(said(SHELL, { exceptions: [{ name: 'e', fields, values: [['busybox:1', 'shop']] }] })).toEqual([]);
  });

  it('is a matter of rules that somebody is woken by', () => {
    const condition = `${SHELL} and not docker.compose.project = trusted`;
    expect(said(condition, { priority: 'INFO' })).toEqual([]);
    expect(said(condition, { priority: 'NOTICE' })).toHaveLength(1);
  });
});
