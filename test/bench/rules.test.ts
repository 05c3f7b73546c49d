import { describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { Engine } from '#docktape/rules/engine.js';

describe("the bench's rules", () => {
  it.each([1, 20, 200])('load without a word, %i of them, all different, and of three terms', async (count) => {
    const { rulesFile } = (await import(
      '../../build/bench/rules.js' as string
    )) as typeof import('../../bench/rules.js');
    const text = rulesFile(count);
    const { engine, errors, warnings } = Engine.load([{ name: 'bench.yaml', text }], LoadedPlugin.load(libraryPath()), {
      ruleMatching: 'first',
      priority: 'Debug',
      timeFormatIso8601: false,
      appendOutput: [],
    });
    expect([...errors, ...warnings].map(({ message }) => message)).toEqual([]);
    expect(engine?.rules).toHaveLength(count);
    const conditions = [...text.matchAll(/condition: (.*)/g)].map(([, condition]) => condition);
    expect(new Set(conditions).size).toBe(count);
    for (const condition of conditions) expect(condition?.split(' and ')).toHaveLength(3);
  });
});
