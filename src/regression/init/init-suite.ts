import { resolve } from 'node:path';
import { DocktapeError } from '../../errors.js';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import type { LoadedPlugin } from '../../falco/plugin.js';
import type { FalcoSettings } from '../../falco/settings.js';
import { RulesError } from '../../rules/diagnostic.js';
import { Engine } from '../../rules/engine.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import { readRulesFiles } from '../../rules/rules-files.js';
import { openStream } from '../run/event-streams.js';
import { type CaptureAlerts, initSuiteText } from './init-suite-text.js';

/** Where a suite is taken to stand that is only printed. */
const UNWRITTEN = 'first.suite.yaml';

export interface InitOptions {
  readonly captures: readonly string[];
  /** Rules files and folders, as `-r` takes them. */
  readonly rules: readonly string[];
  readonly settings: FalcoSettings;
  /** Where the suite will stand; without it, in the working directory. */
  readonly output?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The text of a first suite: what the rules say about captures now, for a person to review. Nothing is written.
 *
 * @throws DocktapeError when the rules or a capture cannot be used
 * @throws the signal's reason when it comes before the end
 */
export async function initSuite({ captures, rules, settings, output, signal }: InitOptions): Promise<string> {
  const files = readRulesFiles(rules);
  const alerts: CaptureAlerts[] = [];
  await withDockerPlugin({}, async (plugin) => {
    for (const path of eachOnce(captures)) {
      alerts.push(await captureAlerts(path, loadEngine(files, settings, plugin), plugin, signal));
    }
  });
  return initSuiteText({
    suitePath: output ?? UNWRITTEN,
    rulesPaths: rules,
    settings,
    captures: alerts,
  });
}

function eachOnce(paths: readonly string[]): string[] {
  return [...new Map(paths.map((path) => [resolve(path), path])).values()];
}

function loadEngine(files: readonly RulesFile[], settings: FalcoSettings, plugin: LoadedPlugin): Engine {
  const { engine, errors } = Engine.load(files, plugin, settings);
  const [error] = errors;
  if (error) throw new RulesError(error);
  if (!engine) throw new Error('rules without errors gave no engine');
  if (engine.rules.length > 0) return engine;
  const { eventSource } = plugin.info;
  throw new DocktapeError(
    'RULES',
    `no rule would be tested: none with \`source: ${eventSource}\` that is enabled is in ${files.map(({ name }) => name).join(', ')}`,
  );
}

async function captureAlerts(
  path: string,
  engine: Engine,
  plugin: LoadedPlugin,
  signal: AbortSignal,
): Promise<CaptureAlerts> {
  const fired = new Map<string, number>();
  let events = 0;
  const stream = openStream({ kind: 'capture', path, selection: {} }, plugin, signal);
  try {
    for await (const batch of stream.batches) {
      events += batch.count;
      for (const { rule } of engine.evaluate(batch)) fired.set(rule, (fired.get(rule) ?? 0) + 1);
    }
  } finally {
    stream.close();
  }
  signal.throwIfAborted();
  if (events === 0) throw new DocktapeError('CAPTURE', `${path} has no events to test rules with: record some first`);
  const names = engine.rules.map(({ definition }) => definition.name);
  return { path, fired, silent: names.filter((name) => !fired.has(name)) };
}
