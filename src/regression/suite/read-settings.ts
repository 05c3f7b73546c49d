import { DEFAULT_SETTINGS, type FalcoSettings } from '../../falco/settings.js';
import { SETTINGS } from '../../falco/settings-keys.js';
import { InvalidSetting, type SettingValue } from '../../falco/settings-value.js';
import type { LocatedNode } from './located-node.js';
import { entriesOf } from './node-access.js';
import type { ReadContext } from './read-context.js';

/** Reads `settings`: Falco's defaults with what the suite says otherwise. */
export function readSuiteSettings(node: LocatedNode | undefined, { problems }: ReadContext): FalcoSettings {
  let settings = DEFAULT_SETTINGS;
  for (const { name, value } of node ? entriesOf(node) : []) {
    const apply = SETTINGS.get(name);
    if (!apply) throw new Error(`the schema of suites has the setting ${name}, which is none`);
    try {
      settings = apply(settings, settingValue(value));
    } catch (error) {
      if (!(error instanceof InvalidSetting)) throw error;
      problems.report(`${name}: ${error.message}`, value.place);
    }
  }
  return settings;
}

/** Falco reads every scalar as text. */
function settingValue(node: LocatedNode): SettingValue {
  if (node.kind === 'scalar') return node.value === null ? null : node.text;
  if (node.kind === 'list') return node.items.map(settingValue);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, settingValue(value)]));
}
