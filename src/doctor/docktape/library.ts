import { messageOf } from '../../errors.js';
import { libraryPath } from '../../falco/library-path.js';
import { type Outcome, ok, problem } from '../outcome.js';

export interface LibraryCheck {
  readonly outcome: Outcome;
  /** Absolute; present when the library can be used. */
  readonly path?: string;
}

/** Whether `libdocker.so` is there and loads as Falco would load it. The native modules must be in order. */
export async function checkLibrary(env: NodeJS.ProcessEnv): Promise<LibraryCheck> {
  const { LoadedPlugin } = await import('../../falco/plugin.js');
  try {
    const path = libraryPath(env);
    const { name, version, requiredApiVersion } = LoadedPlugin.load(path).info;
    if (name !== 'docker') {
      const advice = 'correct DOCKTAPE_PLUGIN, or unset it';
      return { outcome: problem(`${path} is the plugin ${name}, not docker`, advice) };
    }
    return { outcome: ok(`${path}: plugin ${name} ${version}, plugin API ${requiredApiVersion}`), path };
  } catch (error) {
    return { outcome: problem(messageOf(error), 'install docktape again; in a checkout run `npm run build`') };
  }
}
