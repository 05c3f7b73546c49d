import { libraryPath } from './library-path.js';
import { LoadedPlugin, type LogSeverity } from './plugin.js';

/** The keys of the plugin's `init_config` that the command line sets. */
export interface PluginConfig {
  /** Whether a daemon that is absent is waited for, or an error. */
  readonly daemon?: 'retry' | 'fail';
  /** Whether live events come with what they are about. */
  readonly enrich?: boolean;
  /** Milliseconds that they wait for it. */
  readonly enrich_timeout?: number;
}

export interface PluginUse {
  readonly config?: PluginConfig;
  /** Whether the plugin's notices (`info`) are printed too, or only what needs attention. */
  readonly verbose?: boolean;
}

const grave: ReadonlySet<LogSeverity> = new Set(['fatal', 'critical', 'error', 'warning']);

/**
 * Loads `libdocker.so`, the one that Falco would load, for as long as `work` takes. What it logs goes to standard error.
 *
 * @throws DocktapeError `PLUGIN` when the library is missing or refuses
 */
export async function withDockerPlugin<T>(use: PluginUse, work: (plugin: LoadedPlugin) => Promise<T>): Promise<T> {
  const plugin = LoadedPlugin.load(libraryPath());
  try {
    plugin.init(JSON.stringify(use.config ?? {}), (severity, _component, text) => {
      if (use.verbose || grave.has(severity)) process.stderr.write(`docktape: ${severity}: ${text}\n`);
    });
    return await work(plugin);
  } finally {
    await plugin.destroy();
  }
}
