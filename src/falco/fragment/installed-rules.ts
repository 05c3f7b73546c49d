import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'docker_rules.yaml';

/** The rules of a checkout or of an npm package, seen from dist/falco/fragment/. */
const shipped = fileURLToPath(new URL(`../../../rules/${NAME}`, import.meta.url));

/** Where the library is, below the prefix of an installation. */
const LIBRARY = '/share/falco/plugins/libdocker.so';

/** Prefixes whose configuration is in /etc. */
const SYSTEM: ReadonlySet<string> = new Set(['/usr', '/usr/local']);

/** The rules that belong to a library: installed with it, unpacked with it, or those that docktape has beside its own files. */
export function installedRules(library: string): string {
  if (library.endsWith(LIBRARY)) {
    const prefix = library.slice(0, -LIBRARY.length);
    return join(SYSTEM.has(prefix) ? '/' : prefix, 'etc/falco', NAME);
  }
  const unpacked = join(dirname(library), '../rules', NAME);
  return existsSync(unpacked) ? unpacked : shipped;
}
