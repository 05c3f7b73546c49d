import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { DocktapeError, messageOf } from '../errors.js';
import { type FalcoSettings, readSettings } from '../falco/settings.js';
import { formatDiagnostic } from '../rules/diagnostic.js';
import { Engine } from '../rules/engine.js';
import type { EventOrigin } from '../rules/event-origin.js';
import type { RulesFile } from '../rules/load/load-files.js';
import { readRulesFiles } from '../rules/rules-files.js';
import { plural } from '../text/quantities.js';

/** The options that say which rules are evaluated and how alerts look. */
export interface RulesOptions {
  readonly rules: string[];
  readonly option: readonly string[];
  readonly config?: string;
  readonly json?: boolean;
}

/** What `-r` says, to every command that has it. */
export const RULES_FLAGS = '-r, --rules <path>';
export const RULES_HELP =
  'a rules file, or a folder whose .yaml and .yml files are read alphabetically; repeatable, in order';

/** Adds `-r`, `-o`, `-c` and `--json` to a command. */
export function addRulesOptions(command: Command): Command {
  command
    .requiredOption(RULES_FLAGS, RULES_HELP, (value: string, values: string[] | undefined) =>
      collect(value, values ?? []),
    )
    .option('--json', "print alerts as Falco's JSON, with the event number");
  return addSettingsOptions(command);
}

/** Adds `-o` and `-c` to a command. */
export function addSettingsOptions(command: Command): Command {
  return command
    .option(
      '-o, --option <key=value>',
      'a Falco setting that shapes alerts, e.g. rule_matching=all; repeatable',
      collect,
      [],
    )
    .option('-c, --config <file>', 'a falco.yaml, for its settings that shape alerts');
}

/** The value of a repeatable option after one more use of it. */
export function collect(value: string, values: string[]): string[] {
  return [...values, value];
}

/** What the options come to: settings, and the rules files' texts. */
export interface RulesInput {
  readonly settings: FalcoSettings;
  readonly files: readonly RulesFile[];
}

/** Reads the settings of `-c` and `-o`. Notices go to standard error. */
export function readSettingsOptions({ config, option }: Pick<RulesOptions, 'config' | 'option'>): FalcoSettings {
  const file = config === undefined ? {} : { file: { name: config, text: readText(config, 'configuration') } };
  const { settings, notices } = readSettings({ ...file, options: option });
  for (const notice of notices) process.stderr.write(`docktape: notice: ${notice}\n`);
  return settings;
}

/** Reads settings and rules files. Notices go to standard error. */
export function readRulesOptions(options: RulesOptions): RulesInput {
  const settings = readSettingsOptions(options);
  const files = readRulesFiles(options.rules);
  return { settings: options.json ? { ...settings, jsonOutput: true } : settings, files };
}

/**
 * Loads the rules into an engine for one stream of events. Warnings go to standard error when `warn` is set.
 *
 * @throws DocktapeError `RULES` after the errors, with their lines and carets, were printed
 */
export function loadEngine(
  { settings, files }: RulesInput,
  origin: EventOrigin,
  { warn, eventNumber }: { readonly warn: boolean; readonly eventNumber?: (evtNum: number) => number },
): Engine {
  const { engine, errors, warnings } = Engine.load(files, origin, {
    ...settings,
    ...(eventNumber === undefined ? {} : { eventNumber }),
  });
  if (warn) for (const warning of warnings) process.stderr.write(`${formatDiagnostic(warning)}\n`);
  if (engine) return engine;
  for (const error of errors) process.stderr.write(`${formatDiagnostic(error)}\n`);
  throw new DocktapeError('RULES', `${plural(errors.length, 'error')} in the rules: see above`);
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new DocktapeError('USAGE', `cannot read the ${what} ${path}: ${messageOf(cause)}`, { cause });
  }
}
