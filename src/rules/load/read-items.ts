import type { LoadWarningCode } from '../diagnostic.js';
import { didYouMean } from '../nearest-name.js';
import type { Place } from '../text/source-text.js';
import type { Collection } from './collection.js';
import { readList, readMacro } from './read-list-macro.js';
import { readRule } from './read-rule.js';
import { checkEngineVersion, checkRequirement, type PluginRequirement } from './versions.js';
import type { YamlNode } from './yaml-node.js';

/** Where the items of a rules file go. */
export interface ReadTarget {
  readonly collection: Collection;
  readonly requirements: PluginRequirement[];
  isKnownSource(source: string): boolean;
  warn(code: LoadWarningCode, message: string, place: Place): void;
}

/**
 * Reads one item of a rules file into the target.
 *
 * @throws LoadFailure for an item that cannot be used
 */
export function readItem(item: YamlNode, target: ReadTarget): void {
  if (item.get('required_engine_version')) {
    const version = item.required('required_engine_version');
    checkEngineVersion(version.text, version.place);
    warnUnknownKeys(item, ['required_engine_version'], target);
  } else if (item.get('required_plugin_versions')) readPluginVersions(item, target);
  else if (item.get('list')) readList(item, target);
  else if (item.get('macro')) readMacro(item, target);
  else if (item.get('rule')) readRule(item, target);
  else {
    const key = item.entries[0]?.key.text ?? '';
    target.warn(
      'LOAD_UNKNOWN_ITEM',
      `'${key}' is not an item of a rules file (rule, macro, list, required_engine_version, required_plugin_versions); it is ignored`,
      item.place,
    );
  }
}

/** Warns about keys that Falco does not know, which are often misspelt. */
export function warnUnknownKeys(item: YamlNode, known: readonly string[], target: ReadTarget): void {
  for (const { key } of item.entries) {
    if (!known.includes(key.text)) {
      target.warn(
        'LOAD_UNKNOWN_KEY',
        `unknown key '${key.text}', it is ignored${didYouMean(key.text, known)}`,
        key.place,
      );
    }
  }
}

function readPluginVersions(item: YamlNode, target: ReadTarget): void {
  const entries = item.get('required_plugin_versions')?.elements;
  if (!entries) item.texts('required_plugin_versions');
  for (const entry of entries ?? []) {
    const alternatives = [entry, ...(entry.get('alternatives')?.elements ?? [])].map((plugin) => ({
      name: plugin.required('name').text,
      version: plugin.required('version').text,
    }));
    const requirement = { place: entry.place, alternatives };
    checkRequirement(requirement);
    target.requirements.push(requirement);
  }
  warnUnknownKeys(item, ['required_plugin_versions'], target);
}
