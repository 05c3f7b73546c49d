import { readFileSync } from 'node:fs';
import { messageOf } from '../../errors.js';
import { type OpenParams, parseOpenParams } from '../../source/open-params.js';
import { now } from '../../time.js';
import type { FileTree } from '../host/file-tree.js';
import { notChecked, type Outcome, ok, problem } from '../outcome.js';
import { libraryKind } from './library-kind.js';
import { type PluginEntries, type PluginEntry, pluginEntries } from './plugin-entry.js';
import { type FalcoConfig, readFalcoConfig, UnreadableConfig } from './read-config.js';

/** What Falco does with the plugin. */
export interface PluginUse {
  readonly library: string;
  readonly params: OpenParams;
}

export interface ConfigCheck {
  readonly outcomes: readonly Outcome[];
  /** Present when the configuration loads the plugin. */
  readonly use?: PluginUse;
}

export interface ConfigInput {
  readonly tree: FileTree;
  /** Of falco.yaml. */
  readonly path: string;
  /** Whether the file must be there: a service names it. */
  readonly isNamed: boolean;
  /** Falco's version, when there is a Falco that says it. */
  readonly version?: string;
  /** The variables of the service, which the configuration may name. */
  readonly env: Readonly<Record<string, string>>;
  /** The library that docktape itself loads. */
  readonly ownLibrary?: string;
  /** Throws with the plugin's reason when it refuses an init_config. */
  readonly init: (config: string) => Promise<void>;
}

const PRINT = '`docktape config` prints what belongs into /etc/falco/config.d/docktape.yaml';

/** Whether Falco's configuration loads the plugin, which library that is, and whether what it gives the plugin makes sense. */
export async function checkFalcoConfig(input: ConfigInput): Promise<ConfigCheck> {
  const { tree, path, isNamed, version } = input;
  let config: FalcoConfig | undefined;
  try {
    config = readFalcoConfig(tree, path, version === undefined || appendsLists(version));
  } catch (error) {
    if (!(error instanceof UnreadableConfig)) throw error;
    return only(error.isDenied ? notChecked(error.message, 'run as root') : problem(error.message, 'correct the file'));
  }
  if (config === undefined) {
    return only(isNamed ? problem(`there is no ${path}`, PRINT) : notChecked(`there is no ${path}`));
  }
  return checkEntries(pluginEntries(config.settings, input.env), input);
}

async function checkEntries({ configured, loaded }: PluginEntries, input: ConfigInput): Promise<ConfigCheck> {
  const { path } = input;
  const libraries = (entries: readonly PluginEntry[]) => entries.map(({ library }) => library).join(', ');
  if (configured.length === 0) return only(notChecked(`${path} does not load the plugin`, PRINT));
  const [entry, ...others] = loaded;
  if (entry === undefined) {
    return only(problem(`${path} configures the plugin and does not load it`, 'add docker to its load_plugins'));
  }
  if (others.length > 0) {
    const found = `${path} loads ${loaded.length} plugins of this name, which Falco refuses: ${libraries(loaded)}`;
    return only(problem(found, 'leave one of them, also of the Go plugin and this one'));
  }
  const check = await checkEntry(entry, input);
  if (configured.length === 1) return check;
  const several = `${path} configures the plugin more than once: ${libraries(configured)}`;
  return { ...check, outcomes: [...check.outcomes, ok(several, 'only the first one counts')] };
}

function only(outcome: Outcome): ConfigCheck {
  return { outcomes: [outcome] };
}

/** Lists of included files are added since 0.41; before, they took the place of what was there. */
function appendsLists(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 0 || minor >= 41;
}

async function checkEntry(entry: PluginEntry, input: ConfigInput): Promise<ConfigCheck> {
  const { path } = input;
  const library = checkLibraryKind(entry.library, input);
  let params: OpenParams;
  try {
    params = parseOpenParams(entry.openParams, now());
    if (library.status !== 'problem') await input.init(entry.initConfig);
  } catch (error) {
    const refused = problem(`${path} gives the plugin what it refuses: ${messageOf(error)}`, PRINT);
    return { outcomes: [library, refused] };
  }
  const use = { library: entry.library, params };
  if (params.mode === 'replay' && !input.tree.stat(params.path)) {
    return {
      outcomes: [library, problem(`${path}: there is no capture ${params.path}`, 'correct its open_params')],
      use,
    };
  }
  return { outcomes: [library], use };
}

function checkLibraryKind(library: string, { tree, path, ownLibrary }: ConfigInput): Outcome {
  const own = ownLibrary === undefined ? undefined : readFileSync(ownLibrary);
  switch (libraryKind(tree, library, own)) {
    case 'absent':
      return problem(
        `${path} names ${library}, which does not exist`,
        `install docktape there, or correct it; ${PRINT}`,
      );
    case 'go':
      return problem(
        `${path} loads the Go plugin of the same name, ${library}`,
        `name docktape's library in its place; ${PRINT}`,
      );
    case 'docktape':
      return ok(
        `${path} loads ${library}`,
        `another build than ${ownLibrary ?? 'the one of this docktape'}, which is checked here`,
      );
    case 'unknown':
      return problem(`${path} loads ${library}, which may not be read or is not docktape's`, PRINT);
    case 'same':
      return ok(`${path} loads ${library}`);
  }
}
