import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { DocktapeError } from '../errors.js';
import type { AppendOutput } from '../rules/append-output.js';
import { didYouMean } from '../rules/nearest-name.js';
import type { JsonMembers } from '../rules/output/alert-json.js';
import type { Priority } from '../rules/priority.js';
import { SETTINGS } from './settings-keys.js';
import { InvalidSetting, type SettingValue } from './settings-value.js';

/** Falco's settings that shape alerts. */
export interface FalcoSettings {
  /** Whether only the first rule that matches an event reports it, or every one. */
  readonly ruleMatching: 'first' | 'all';
  /** Rules of a lesser priority are not evaluated. */
  readonly priority: Priority;
  readonly jsonOutput: boolean;
  /** Which members JSON alerts have. */
  readonly jsonMembers: JsonMembers;
  readonly timeFormatIso8601: boolean;
  readonly appendOutput: readonly AppendOutput[];
}

/** Falco's own defaults. */
export const DEFAULT_SETTINGS: FalcoSettings = {
  ruleMatching: 'first',
  priority: 'Debug',
  jsonOutput: false,
  jsonMembers: { output: true, outputFields: true, tags: true, message: false },
  timeFormatIso8601: false,
  appendOutput: [],
};

export interface SettingsInput {
  /** A falco.yaml (`-c`): its name for messages, and its text. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Settings from the command line (`-o`), each `key=value` with the value in YAML; a later one wins. */
  readonly options: readonly string[];
}

/**
 * Reads settings: the file's first, then the options. A whole falco.yaml has many settings that do not shape alerts; these
 * are passed over, and the notices say so. An option with an unknown key is an error, as it cannot do what it was given for.
 *
 * @throws DocktapeError `SETTINGS`
 */
export function readSettings({ file, options }: SettingsInput): { settings: FalcoSettings; notices: string[] } {
  const notices: string[] = [];
  let settings = DEFAULT_SETTINGS;
  if (file) settings = applyFile(settings, file, notices);
  for (const option of options) settings = applyOption(settings, option);
  return { settings, notices };
}

function applyFile(
  start: FalcoSettings,
  { name, text }: { readonly name: string; readonly text: string },
  notices: string[],
): FalcoSettings {
  const lineCounter = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, uniqueKeys: false, lineCounter });
  const [error] = document.errors;
  if (error) throw new DocktapeError('SETTINGS', `${place(error.pos[0])}: not valid YAML: ${error.message}`);
  if (document.contents === null || isEmptyScalar(document.contents)) return start;
  if (!isMap(document.contents)) {
    throw new DocktapeError('SETTINGS', `${name}: a falco.yaml must be a mapping of settings to values`);
  }
  const others: string[] = [];
  let settings = start;
  for (const { key, value } of document.contents.items as Pair<Node, Node | null>[]) {
    const setting = String(key);
    if (SETTINGS.has(setting)) {
      settings = apply(settings, setting, (value?.toJS(document) ?? null) as SettingValue, place(key.range?.[0] ?? 0));
    } else others.push(setting);
  }
  if (others.length > 0) notices.push(`${name}: passed over, as they do not shape alerts: ${others.join(', ')}`);
  return settings;
}

/** `key=value`, or `append_output[]=entry`, which adds to the list as in Falco. */
function applyOption(settings: FalcoSettings, option: string): FalcoSettings {
  const equals = option.indexOf('=');
  const place = `-o ${option}`;
  if (equals < 0) throw new DocktapeError('SETTINGS', `${place}: write KEY=VALUE`);
  const key = option.slice(0, equals).trim();
  const document = parseDocument(option.slice(equals + 1), { schema: 'failsafe', prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new DocktapeError('SETTINGS', `${place}: the value is not valid YAML: ${error.message}`);
  const value = document.toJS() as SettingValue;
  if (key !== 'append_output[]') return apply(settings, key, value, place);
  const added = apply(settings, 'append_output', [value], place);
  return { ...added, appendOutput: [...settings.appendOutput, ...added.appendOutput] };
}

function apply(settings: FalcoSettings, key: string, value: SettingValue, place: string): FalcoSettings {
  const setting = SETTINGS.get(key);
  if (!setting) {
    const known = [...SETTINGS.keys()];
    const message = `${place}: no such setting '${key}'${didYouMean(key, known)}; those that shape alerts: ${known.join(' ')}`;
    throw new DocktapeError('SETTINGS', message);
  }
  try {
    return setting(settings, value);
  } catch (error) {
    if (!(error instanceof InvalidSetting)) throw error;
    throw new DocktapeError('SETTINGS', `${place}: ${key}: ${error.message}`);
  }
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && String(node.value) === '';
}
