import { parseYamlBoolean } from '../rules/load/yaml-boolean.js';
import { PRIORITIES, type Priority, parsePriority } from '../rules/priority.js';
import type { FalcoSettings } from './settings.js';
import { parseAppendOutput } from './settings-append-output.js';
import { InvalidSetting, type SettingValue } from './settings-value.js';

/** A setting's effect on the settings so far; throws {@link InvalidSetting} for a value that it cannot have. */
type Apply = (settings: FalcoSettings, value: SettingValue) => FalcoSettings;

/** The settings that shape alerts, by the names that falco.yaml gives them. */
export const SETTINGS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['rule_matching', (settings, value) => ({ ...settings, ruleMatching: ruleMatching(value) })],
  ['priority', (settings, value) => ({ ...settings, priority: priority(value) })],
  ['json_output', (settings, value) => ({ ...settings, jsonOutput: flag(value) })],
  ['json_include_output_property', jsonMember('output')],
  ['json_include_output_fields_property', jsonMember('outputFields')],
  ['json_include_tags_property', jsonMember('tags')],
  ['json_include_message_property', jsonMember('message')],
  ['time_format_iso_8601', (settings, value) => ({ ...settings, timeFormatIso8601: flag(value) })],
  ['append_output', (settings, value) => ({ ...settings, appendOutput: parseAppendOutput(value) })],
]);

function jsonMember(name: keyof FalcoSettings['jsonMembers']): Apply {
  return (settings, value) => ({ ...settings, jsonMembers: { ...settings.jsonMembers, [name]: flag(value) } });
}

function flag(value: SettingValue): boolean {
  const parsed = typeof value === 'string' ? parseYamlBoolean(value) : undefined;
  if (parsed === undefined) throw new InvalidSetting('must be true or false');
  return parsed;
}

function ruleMatching(value: SettingValue): 'first' | 'all' {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (text !== 'first' && text !== 'all') throw new InvalidSetting('must be first or all');
  return text;
}

function priority(value: SettingValue): Priority {
  const parsed = typeof value === 'string' ? parsePriority(value) : undefined;
  if (!parsed) throw new InvalidSetting(`must be one of ${PRIORITIES.join(' ').toLowerCase()}`);
  return parsed;
}
