import { batches } from '#docktape/falco/batches.js';
import type { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { Condition } from '#docktape/rules/condition.js';
import { formatDiagnostic, RulesError } from '#docktape/rules/diagnostic.js';
import { Engine } from '#docktape/rules/engine.js';
import type { Verdict } from './sysdig-batch.js';

/** What docktape makes of each condition, taken by itself, over the events of a capture. */
export async function verdictsOfDocktape(
  plugin: LoadedPlugin,
  capture: string,
  conditions: readonly string[],
): Promise<Verdict[]> {
  const compiled = conditions.map((text) => compile(text, plugin));
  const events = conditions.map((): string[] => []);
  for await (const batch of batches(plugin, `capture:${capture}`)) {
    for (const [i, condition] of compiled.entries()) {
      if (!(condition instanceof Condition)) continue;
      const mask = condition.select(batch);
      for (const [index, selected] of mask.entries()) {
        if (selected === 1) events[i]?.push(String(batch.firstNumber + index));
      }
    }
  }
  return compiled.map((condition, i) =>
    condition instanceof Condition ? { events: events[i] as string[] } : condition,
  );
}

function compile(text: string, plugin: LoadedPlugin): Condition | { refusal: string } {
  try {
    return Condition.compile(text, plugin);
  } catch (error) {
    if (error instanceof RulesError) return { refusal: error.details };
    throw new Error(`docktape failed at the condition ${JSON.stringify(text)}`, { cause: error });
  }
}

/** The events that a rule with each of the conditions reports when one engine has them all. */
export async function eventsByRule(
  plugin: LoadedPlugin,
  capture: string,
  conditions: readonly string[],
): Promise<string[][]> {
  const rules = conditions.map((condition, i) => ({
    ...{ rule: String(i), desc: '-', condition, output: '%evt.num' },
    ...{ priority: 'INFO', source: plugin.info.eventSource },
  }));
  const file = { name: 'conditions.yaml', text: JSON.stringify(rules) };
  const { engine, errors } = Engine.load([file], plugin, { ...DEFAULT_SETTINGS, ruleMatching: 'all' });
  if (!engine) throw new Error(errors.map(formatDiagnostic).join('\n'));
  const events = conditions.map((): string[] => []);
  for await (const batch of batches(plugin, `capture:${capture}`)) {
    for (const { rule, number } of engine.evaluate(batch)) events[Number(rule)]?.push(String(number));
  }
  return events;
}
