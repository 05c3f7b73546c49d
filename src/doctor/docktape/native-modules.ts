import { messageOf } from '../../errors.js';
import { type Outcome, ok, problem } from '../outcome.js';

export interface NativeModule {
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  load(): Promise<unknown>;
}

/** What docktape has in machine code, built for one version of Node's interface and one machine. */
const nativeModules: readonly NativeModule[] = [
  {
    name: 'better-sqlite3',
    purpose: 'captures',
    // Its library is loaded with the first database.
    load: async () => (await import('../../capture/database.js')).openDatabase(':memory:', {}).close(),
  },
  { name: 'plugin_host.node', purpose: 'the plugin', load: () => import('../../falco/addon.js') },
  { name: 'match.node', purpose: 'regular expressions', load: () => import('../../match/index.js') },
];

/** Whether the parts in machine code can be loaded. */
export async function checkNativeModules(modules: readonly NativeModule[] = nativeModules): Promise<Outcome> {
  for (const { name, purpose, load } of modules) {
    try {
      await load();
    } catch (error) {
      return problem(
        `${name}, which is for ${purpose}, cannot be loaded: ${messageOf(error)}`,
        'install docktape again, for this machine and this Node; in a checkout run `npm run build`',
      );
    }
  }
  return ok(modules.map(({ name }) => name).join(', '));
}
