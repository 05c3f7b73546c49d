import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { checkRules } from '#docktape/lint/check-rules.js';
import { Engine } from '#docktape/rules/engine.js';
import { projectPath } from '../support/docktape.js';
import { dockerPlugin, shippedEvents } from './support/lint.js';

const plugin = dockerPlugin();
const name = projectPath('rules/docker_rules.yaml');
const text = readFileSync(name, 'utf8');

it('says nothing of the shipped rules, without captures and with the shipped ones', async () => {
  const files = [{ name, text }];
  expect(checkRules(files, plugin, DEFAULT_SETTINGS)).toEqual([]);
  const { engine } = Engine.load(files, plugin, { ...DEFAULT_SETTINGS, observe: true });
  engine?.evaluate(await shippedEvents(plugin));
  expect(checkRules(files, plugin, DEFAULT_SETTINGS, engine?.observations())).toEqual([]);
});

it.each([
  ['priority: INFO', 'priority: WARNING', ['LINT_FORGEABLE']],
  [
    'docker.action = oom',
    'docker.action = oom and docker.compose.project != x',
    ['LINT_OFTEN_ABSENT', 'LINT_FORGEABLE'],
  ],
  ['docker.action = commit', 'docker.action = comit', ['LINT_UNKNOWN_VALUE']],
  ['docker.action.verb = exec_start', 'docker.action = exec_start', ['LINT_UNKNOWN_VALUE']],
  ['docker.exitcode > 0', 'docker.exitcode < 0', ['LINT_NEVER_FIRES']],
])('says what a change of them breaks: %s to %s', (from, to, codes) => {
  const files = [{ name, text: text.replaceAll(from, to) }];
  const said = checkRules(files, plugin, DEFAULT_SETTINGS).map(({ code }) => code);
  expect([...new Set(said)]).toEqual(codes);
});
