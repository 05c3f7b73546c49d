import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type FalcoSettings } from '#docktape/falco/settings.js';
import { Engine } from '#docktape/rules/engine.js';
import { dockerPlugin, findingsOn, rule, shippedEvents } from './support/lint.js';

const plugin = dockerPlugin();
const SHELL = 'docker.type = container and docker.exec.command startswith sh';

function shadowed(text: string, settings: Partial<FalcoSettings> = {}) {
  return findingsOn(text, plugin, { settings }).filter(({ code }) => code === 'LINT_SHADOWED');
}

describe('a rule whose events an earlier one takes', () => {
  it.each([
    ['the same condition', SHELL],
    ['the same in another order', 'docker.exec.command startswith sh and docker.type = container'],
    ['more of it', `${SHELL} and docker.attributes.name != web`],
    ['a value of a wider set', 'docker.type = container and docker.exec.command in (sh, "sh -c id", shutdown)'],
    ['one alternative after another', `${SHELL} and (docker.attributes.name = a or docker.attributes.name = b)`],
    ['what follows from a field', 'docker.exec.command startswith "sh -c"'],
  ])('is told: %s', (_, condition) => {
    const [finding, ...others] = shadowed(rule('First', SHELL) + rule('Second', condition));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'Second' });
    expect(finding?.message).toContain("the earlier rule 'First' matches all events that it does");
  });

  it('is told with macros, exceptions and long alternatives', () => {
    const names = Array.from({ length: 30 }, (_, i) => `docker.attributes.name startswith "n${i}-"`).join(' or ');
    const exceptions = [
      {
        name: 'e',
        fields: ['docker.from', 'docker.id'],
        values: Array.from({ length: 8 }, (_, i) => [`i${i}`, `x${i}`]),
      },
    ];
    const macro = `- macro: named\n  condition: (${names})\n`;
    const more = { exceptions };
    expect(shadowed(macro + rule('A', 'named', more) + rule('B', 'named', more)).map((found) => found.rule)).toEqual([
      'B',
    ]);
    expect(shadowed(macro + rule('A', 'named', more) + rule('B', 'named'))).toEqual([]);
  });

  it.each([
    ['a wider condition', 'docker.type = container'],
    ['one that overlaps', 'docker.type = container and docker.exec.command contains sh'],
    ['one that differs', 'docker.type = image'],
    ['one that holds where a field is absent', 'not docker.exec.command startswith bash'],
  ])('is not %s', (_, condition) => {
    expect(shadowed(rule('First', SHELL) + rule('Second', condition))).toEqual([]);
  });

  it('is none under rule_matching all, nor when the earlier one is off or less grave than wanted', () => {
    const both = (more = {}) => rule('First', SHELL, more) + rule('Second', SHELL, { priority: 'WARNING' });
    expect(shadowed(both(), { ruleMatching: 'all' })).toEqual([]);
    expect(shadowed(both({ enabled: false }))).toEqual([]);
    expect(shadowed(both({ priority: 'DEBUG' }), { priority: 'Warning' })).toEqual([]);
    expect(shadowed(both())).toHaveLength(1);
  });

  it('is not one that can never fire anyway', () => {
    const codes = findingsOn(rule('A', SHELL) + rule('B', `${SHELL} and docker.type = image`), plugin);
    expect(codes.map(({ code }) => code)).toEqual(['LINT_NEVER_FIRES']);
  });
});

describe('what captures show', () => {
  async function observed(text: string) {
    const { engine } = Engine.load([{ name: 'r.yaml', text }], plugin, { ...DEFAULT_SETTINGS, observe: true });
    engine?.evaluate(await shippedEvents(plugin));
    const observations = engine?.observations() ?? [];
    return findingsOn(text, plugin, { observations }).filter(({ code }) => code === 'LINT_SHADOWED');
  }

  it('is a rule whose every event other rules took', async () => {
    const text =
      rule('Dies', 'docker.action = die') +
      rule('Kills', 'docker.action = kill') +
      rule('Ends', 'docker.type = container and docker.action.verb startswith anyof (di, kil)') +
      rule('Starts', 'docker.action = start');
    const [finding, ...others] = await observed(text);
    expect(others).toEqual([]);
    expect(finding?.rule).toBe('Ends');
    expect(finding?.message).toMatch(
      /^the rule reported nothing in the captures: its condition held for each of \d+ events/,
    );
    expect(finding?.message).toMatch(/'Dies' \(\d+\), 'Kills' \(\d+\)/);
  });

  it('is nothing of a rule that reported one event, or whose condition never held', async () => {
    const text =
      rule('Dies', 'docker.action = die') +
      rule('Ends', 'docker.action in (die, kill)') +
      rule('Reloads', 'docker.type = daemon and docker.action = reload');
    expect(await observed(text)).toEqual([]);
  });
});
