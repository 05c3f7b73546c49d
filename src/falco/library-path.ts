import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocktapeError } from '../errors.js';

/** Where libdocker.so is, seen from dist/falco/: where the build puts it; or, in a bundle, beside docktape's own folder. */
const places = ['../../build/Release/libdocker.so', '../../../libdocker.so'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);

/**
 * The absolute path of the plugin library that docktape loads: what `DOCKTAPE_PLUGIN` names, else docktape's own.
 *
 * @throws DocktapeError `PLUGIN` when there is no such file
 */
export function libraryPath(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.DOCKTAPE_PLUGIN;
  const path = named ? resolve(named) : places.find((place) => existsSync(place));
  if (path !== undefined && existsSync(path)) return path;
  throw new DocktapeError(
    'PLUGIN',
    path
      ? `DOCKTAPE_PLUGIN names ${path}, which does not exist: correct it, or unset it to use docktape's own library`
      : `the plugin library is neither ${places.join(' nor ')}: run \`npm run build\` in a checkout, install docktape again elsewhere, or name one in DOCKTAPE_PLUGIN`,
  );
}
