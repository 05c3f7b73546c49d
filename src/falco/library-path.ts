import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocktapeError } from '../errors.js';

/** Where the build puts libdocker.so, seen from dist/falco/. */
const built = fileURLToPath(new URL('../../build/Release/libdocker.so', import.meta.url));

/**
 * The absolute path of the plugin library that docktape loads: what `DOCKTAPE_PLUGIN` names, else the one the build made.
 *
 * @throws DocktapeError `PLUGIN` when there is no such file
 */
export function libraryPath(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.DOCKTAPE_PLUGIN;
  const path = named ? resolve(named) : built;
  if (existsSync(path)) return path;
  throw new DocktapeError(
    'PLUGIN',
    named
      ? `DOCKTAPE_PLUGIN names ${path}, which does not exist: correct it, or unset it to use docktape's own library`
      : `the plugin library ${path} does not exist: run \`npm run build\`, or name one in DOCKTAPE_PLUGIN`,
  );
}
