import { DEFAULT_SETTINGS, type FalcoSettings } from '#docktape/falco/settings.js';
import { formatDiagnostic } from '#docktape/rules/diagnostic.js';
import { Engine, type EngineOptions } from '#docktape/rules/engine.js';
import { TEST_ORIGIN } from './test-batch.js';

/** A rule as a test writes it. */
export function rule(name: string, condition: string, more: Readonly<Record<string, string>> = {}): string {
  const keys = { desc: 'd', condition: `'${condition}'`, output: 'x', priority: 'WARNING', source: 'docker', ...more };
  return `- rule: ${name}\n${Object.entries(keys)
    .map(([key, value]) => `  ${key}: ${value}\n`)
    .join('')}`;
}

export type TestOptions = Partial<FalcoSettings & EngineOptions>;

/** Loads texts as the files 1.yaml, 2.yaml and so on; messages are formatted as users see them. */
export function load(texts: readonly string[], options: TestOptions = {}) {
  const files = texts.map((text, i) => ({ name: `${i + 1}.yaml`, text }));
  const { engine, errors, warnings } = Engine.load(files, TEST_ORIGIN, {
    ...DEFAULT_SETTINGS,
    hostname: 'host',
    ...options,
  });
  return {
    engine,
    errors: errors.map(formatDiagnostic),
    warnings: warnings.map(formatDiagnostic),
    errorCodes: errors.map(({ code }) => code),
    warningCodes: warnings.map(({ code }) => code),
  };
}

/** The engine of rules that must load without a word. */
export function engineOf(text: string, options: TestOptions = {}): Engine {
  const { engine, errors, warnings } = load([text], options);
  if (!engine || warnings.length > 0) throw new Error([...errors, ...warnings].join('\n'));
  return engine;
}
