import { createRequire } from 'node:module';
import { DocktapeError, messageOf } from './errors.js';

const require = createRequire(import.meta.url);

/**
 * What one of docktape's addons exports. They are in build/Release/ of a checkout, of a bundle and of an npm package alike.
 *
 * @throws DocktapeError `PLUGIN` when it is not there or does not run here
 */
export function loadAddon(name: 'plugin_host' | 'match'): unknown {
  try {
    return require(`../build/Release/${name}.node`);
  } catch (error) {
    throw new DocktapeError(
      'PLUGIN',
      `docktape's own ${name}.node cannot be loaded: run \`npm run build\` in a checkout, \`npm rebuild -g docktape\` after an installation without scripts, or install docktape again: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
