import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batches } from '#docktape/falco/batches.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import { Engine } from '#docktape/rules/engine.js';
import { alertJson } from '#docktape/rules/output/alert-json.js';
import { compileTestPlugin } from '../falco/test-plugin.js';

/**
 * What Falco 0.44.1 answers to questions about a plugin that has fields of every type, and lists and arguments of each
 * kind, none of which libdocker.so has. record-falco-answers.mjs asks them.
 */
interface Answers {
  /** By topic and condition: the numbers of the events that it selects, or the code of its error. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By output: the alert on the first event, or the code of its error. */
  readonly outputs: Readonly<Record<string, string>>;
  /** By rules file: the codes of its errors and warnings, and how many alerts there are. */
  readonly files: Readonly<Record<string, string>>;
}

const answers: Answers = JSON.parse(readFileSync(new URL('falco-answers.json', import.meta.url), 'utf8'));

let plugin: LoadedPlugin;
const zone = process.env.TZ;

beforeAll(() => {
  process.env.TZ = 'UTC';
  plugin = LoadedPlugin.load(compileTestPlugin());
  plugin.init('x');
});
afterAll(async () => {
  process.env.TZ = zone;
  await plugin.destroy();
  const count = Object.values(answers.conditions).flatMap(Object.keys).length;
  const { length: outputs } = Object.keys(answers.outputs);
  const { length: files } = Object.keys(answers.files);
  console.log(`answers of Falco 0.44.1: ${count} conditions, ${outputs} outputs, ${files} rules files`);
});

/** The codes of what the engine says of a rules file, and its alerts as JSON. */
async function run(text: string): Promise<{ codes: string[]; alerts: string[] }> {
  const settings = { ...DEFAULT_SETTINGS, hostname: 'host' };
  const { engine, errors, warnings } = Engine.load([{ name: 'rules.yaml', text }], plugin, settings);
  const alerts: string[] = [];
  if (engine) {
    for await (const batch of batches(plugin, 'eE')) {
      alerts.push(...engine.evaluate(batch).map((alert) => alertJson(alert, settings.jsonMembers)));
    }
  }
  return { codes: [...errors, ...warnings].map(({ code }) => code), alerts };
}

/** The alerts of a rule, or the code of its error. */
async function ask(condition: string, output: string): Promise<string | string[]> {
  const rule = { rule: 'R', desc: '-', condition, output, priority: 'INFO', source: 'test' };
  const { codes, alerts } = await run(JSON.stringify([rule]));
  const error = codes.find((code) => code.startsWith('LOAD_ERR_'));
  return error ?? alerts;
}

describe.each(Object.entries(answers.conditions))('conditions with %s', (_topic, conditions) => {
  it.each(Object.entries(conditions))('%s', async (condition, answer) => {
    const result = await ask(condition, '%evt.num');
    const numbers = (lines: string[]) => lines.map((line) => JSON.parse(line).output_fields['evt.num']).join(' ');
    expect(Array.isArray(result) ? numbers(result) : result).toBe(answer);
  });
});

describe('outputs', () => {
  it.each(Object.entries(answers.outputs))('%s', async (output, answer) => {
    const result = await ask('evt.num = 1', output);
    expect(Array.isArray(result) ? result[0] : result).toBe(answer);
  });
});

describe('rules files', () => {
  it.each(Object.entries(answers.files))('%s', async (text, answer) => {
    const { codes, alerts } = await run(text);
    // Falco ends with the first error, after which docktape looks on for others and for what may explain it.
    const [error] = codes.filter((code) => code.startsWith('LOAD_ERR_'));
    const said = [...(error ? [error] : codes), `${alerts.length} alerts`].join(' ');
    expect(said).toBe(answer.replace(/^(LOAD_ERR_\w+).*?(\d+ alerts)$/, '$1 $2'));
  });
});
