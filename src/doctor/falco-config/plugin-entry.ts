import { posix } from 'node:path';
import { isSettings, list, type Settings } from './read-config.js';

/** Where Falco looks for libraries that are named without a folder (FALCO_ENGINE_PLUGINS_DIR of its packages). */
const PLUGINS = '/usr/share/falco/plugins';

/** What a configuration says of the plugin `docker`. */
export interface PluginEntry {
  /** Absolute. */
  readonly library: string;
  /** As JSON text, which is how the plugin gets it. */
  readonly initConfig: string;
  readonly openParams: string;
}

export interface PluginEntries {
  readonly configured: readonly PluginEntry[];
  /** Those that Falco loads, in its order. */
  readonly loaded: readonly PluginEntry[];
}

/**
 * The entries for the plugin. Falco takes an entry's name for `load_plugins` alone, so the library's name tells as well; it loads
 * every entry where there is no `load_plugins`, else the first one of each name in it.
 */
export function pluginEntries(settings: Settings, env: Readonly<Record<string, string>>): PluginEntries {
  const all = list(settings.plugins)
    .filter(isSettings)
    .map((entry) => ({ name: entry.name, entry: readEntry(entry, env) }));
  const isOurs = ({ name, entry }: (typeof all)[number]) =>
    name === 'docker' || posix.basename(entry.library) === 'libdocker.so';
  const named = list(settings.load_plugins).flatMap((name) => all.find((one) => one.name === name) ?? []);
  const loaded = 'load_plugins' in settings ? named : all;
  return { configured: all.filter(isOurs).map(entryOf), loaded: loaded.filter(isOurs).map(entryOf) };
}

function readEntry(
  { library_path, init_config, open_params }: Settings,
  env: Readonly<Record<string, string>>,
): PluginEntry {
  return {
    library: posix.resolve(PLUGINS, expanded(String(library_path ?? ''), env)),
    initConfig: typeof init_config === 'string' ? init_config : JSON.stringify(init_config ?? {}),
    openParams: expanded(String(open_params ?? ''), env).trim(),
  };
}

function entryOf({ entry }: { readonly entry: PluginEntry }): PluginEntry {
  return entry;
}

/** Falco replaces variables in every value. */
function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => env[name] ?? '');
}
