import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { Engine } from '#docktape/rules/engine.js';
import type { RuleObservation } from '#docktape/rules/observe/observation.js';
import { TEST_ORIGIN, TestBatch } from '../rules/test-batch.js';
import { caretText, dockerPlugin, findingsOn, lintOf, rule, shippedEvents } from './support/lint.js';

const plugin = dockerPlugin();

function said(condition: string, more: Readonly<Record<string, unknown>> = {}): string[] {
  return lintOf(condition, plugin, more).filter((text) => text.startsWith('LINT_OFTEN_ABSENT'));
}

describe('a negation of a comparison', () => {
  it.each([
    ['docker.exitcode != 0', 'docker.exitcode can be absent'],
    ['docker.type = container and docker.exitcode != 0', 'as on the event create of a container'],
    ['docker.type = container and not docker.exitcode = 0', '`not` makes that true, so such an event matches'],
    ['docker.type = container and docker.exitcode != 0', 'so such an event does not match'],
    ['not docker.compose.project in (a, b)', 'docker.compose.project can be absent'],
    ['docker.type = container and docker.attributes[team] != infra', 'docker.attributes[team] can be absent'],
    ['docker.attributes.name != web', 'as on the event create of a volume'],
    ['docker.type = container and docker.image.registry != docker.io', 'docker.image.registry can be absent'],
    ['docker.type = container and not tolower(docker.compose.service) = web', 'docker.compose.service'],
    ['docker.type = container and not (docker.action = start and docker.signal = 9)', 'docker.signal can be absent'],
    ['docker.type = container and docker.from != val(docker.compose.project)', 'docker.compose.project'],
    ['docker.type in (container, volume) and docker.attributes.name != web', 'of a volume'],
  ])('is told: %s', (condition, words) => {
    expect(said(condition)).toEqual([expect.stringContaining(words)]);
  });

  it.each([
    ['the field is always there', 'docker.type = container and docker.attributes.name != web'],
    ['on every event', 'docker.type != container and not docker.action = start'],
    ['on events of that action', 'docker.action = die and docker.exitcode != 0'],
    ['of those actions', 'docker.action.verb in (die, exec_die) and not docker.exitcode = 0'],
    ['of the only type that has it', 'docker.exec.command startswith sh and docker.attributes.name != web'],
    ['by a key', 'docker.type = container and docker.action = kill and docker.attributes[signal] != 9'],
    ['of events of any source', 'evt.source != x and not evt.num = 3'],
    ['asked for before', 'docker.compose.project exists and docker.compose.project != shop'],
    ['asked for after', 'not docker.compose.project = shop and docker.compose.project exists'],
    ['compared besides', 'docker.compose.project startswith s and docker.compose.project != shop'],
    ['absence is spelled out', 'docker.type = container and (not docker.exitcode exists or docker.exitcode != 0)'],
    ['compared positively', 'docker.exitcode > 0'],
    ['absence itself', 'not docker.exitcode exists'],
    ['docktape’s events and prune aside', 'docker.type = network and docker.network.name != none'],
    ['the health', 'docker.action.verb = health_status and docker.health != healthy'],
    ['two nots', 'docker.type = container and not (docker.action = die and not docker.exitcode > 0)'],
  ])('is fine where %s: %s', (_, condition) => {
    expect(said(condition)).toEqual([]);
  });

  it('is told once a field, at its place', () => {
    const findings = findingsOn(
      rule('R', 'docker.type = container and docker.exitcode != 0 and docker.exitcode != 1'),
      plugin,
    );
    expect(findings).toHaveLength(1);
    expect(findings[0] && caretText(findings[0])).toMatch(/^docker\.exitcode != 0 and/);
  });

  it('is what exceptions are for', () => {
    const exceptions = [{ name: 'e', fields: ['docker.compose.project'], values: [['shop']] }];
    expect(said('docker.type = container', { exceptions })).toEqual([]);
  });

  it('of another plugin’s field is nothing that can be known without captures', () => {
    const condition = 'docker.code != 1';
    const other = { ...TEST_ORIGIN, info: { ...TEST_ORIGIN.info, name: 'other' } };
    expect(lintOf(condition, other)).toEqual([]);
    const files = [{ name: 'r.yaml', text: rule('R', condition) }];
    const { engine } = Engine.load(files, other, { ...DEFAULT_SETTINGS, observe: true });
    engine?.evaluate(new TestBatch([{ 'docker.code': 2n }, {}, {}, {}]));
    expect(lintOf(condition, other, {}, { observations: engine?.observations() ?? [] })).toEqual([
      expect.stringContaining('docker.code was absent 3 of the 4 times that this was asked in the captures'),
    ]);
  });
});

describe('with captures', () => {
  async function seen(condition: string) {
    const text = rule('R', condition);
    const { engine } = Engine.load([{ name: 'r.yaml', text }], plugin, { ...DEFAULT_SETTINGS, observe: true });
    engine?.evaluate(await shippedEvents(plugin));
    const observations = engine?.observations() ?? [];
    return lintOf(condition, plugin, {}, { observations });
  }

  it('the numbers are told', async () => {
    expect(await seen('docker.type = container and docker.exitcode != 0')).toEqual([
      expect.stringMatching(/docker\.exitcode was absent \d+ of the \d+ times that this was asked in the captures/),
    ]);
  });

  it('nothing is told where the field was never absent', async () => {
    expect(lintOf('docker.type = container and docker.image.tag != 2', plugin)).toHaveLength(1);
    expect(await seen('docker.type = container and docker.action = start and docker.image.tag != 2')).toEqual([]);
  });

  it('what was never asked is judged by what is known', async () => {
    expect(await seen('docker.type = service and docker.compose.project != x')).toEqual([
      expect.stringContaining('docker.compose.project can be absent'),
    ]);
  });

  it('numbers of another rule of that name, or of other comparisons, are not taken', async () => {
    const condition = 'docker.type = container and docker.image.tag != 2';
    const place = { file: 'r.yaml', line: 1, column: 3 };
    const never = { whenTrue: 9, whenFalse: 0, absent: 0 };
    const at = (column: number) => ({ ...place, line: 3, column });
    const terms = [
      { text: 'docker.type = container', place: at(15), ...never },
      { text: 'docker.image.tag != 2', place: at(43), ...never },
    ];
    const told = (seen: Partial<RuleObservation>) => {
      const observation = { rule: 'R', place, fired: 0, preempted: 0, preemptedBy: {}, terms, ...seen };
      return lintOf(condition, plugin, {}, { observations: [observation] });
    };
    expect(told({})).toEqual([]);
    expect(told({ place: { ...place, file: 'old.yaml' } })).toHaveLength(1);
    expect(told({ terms: terms.map((term) => ({ ...term, text: 'docker.from = x' })) })).toHaveLength(1);
    expect(told({ terms: terms.toReversed() })).toHaveLength(1);
  });
});
