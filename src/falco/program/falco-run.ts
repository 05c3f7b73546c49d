import type { RulesFile } from '../../rules/load/load-files.js';
import type { PluginConfig } from '../docker-plugin.js';
import type { FalcoSettings } from '../settings.js';

/** A Falco that was asked for its version and can run docktape's plugin. */
export interface FalcoProgram {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Such as "0.44.1". */
  readonly version: string;
  /** The plugin API that it offers, such as "3.12.0". */
  readonly pluginApi: string;
}

/** Rules to give to a real Falco. */
export interface FalcoRules {
  readonly program: FalcoProgram;
  /** In order. Falco reads copies of their texts; what it says of them names `name`. */
  readonly files: readonly RulesFile[];
  readonly settings: FalcoSettings;
  /** Falco is interrupted, and killed if that does not end it, once this is aborted. */
  readonly signal?: AbortSignal;
}

/** One stream of events that a real Falco evaluates rules over. */
export interface FalcoRun extends FalcoRules {
  /** The open params, as the plugin takes them. */
  readonly params: string;
  /** The plugin's `init_config`. */
  readonly config?: PluginConfig;
  /** What alerts name as the host; by default what Falco calls it. */
  readonly hostname?: string;
  /** The zone of alerts' local times, such as "UTC"; by default that of this process. */
  readonly timeZone?: string;
  /** Fields that alerts have besides those of the output, by rule; they become the alerts' `details`. */
  readonly details?: ReadonlyMap<string, readonly string[]>;
  /** The event number of the event at a position in the stream, which counts from 1 (its `evt.num`). */
  readonly eventNumber?: (evtNum: number) => number;
  /** How long Falco may say nothing at all, in milliseconds, before it counts as hung; without it, for ever. */
  readonly silenceLimit?: number;
  /** Hears of Falco's warnings, a line each; without it they go to standard error. */
  readonly onWarning?: (line: string) => void;
}
