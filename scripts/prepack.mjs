// Before `npm pack`: what goes into the package has to be of these sources.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nativeSources } from './native-sources.mjs';
import { root } from './run.mjs';

const prebuilt = join(root, 'build/prebuilt');
const stamp = join(prebuilt, 'sources');
if (!existsSync(stamp)) {
  console.error('docktape: the package will be compiled where it is installed; `npm run bundle` first spares that');
} else if (readFileSync(stamp, 'utf8') !== nativeSources()) {
  console.error(
    'docktape: leaving out the compiled files, which are of other sources; `npm run bundle` makes them anew',
  );
  rmSync(prebuilt, { recursive: true });
}
