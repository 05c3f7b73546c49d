import { DocktapeError } from '../../errors.js';
import { falcoEnvironment } from './environment.js';
import type { FalcoProgram } from './falco-run.js';
import { PrivateFolder } from './private-folder.js';
import { runToEnd } from './run-to-end.js';

/** The oldest Falco that can be given fields to add to alerts (`append_output`). */
const OLDEST = '0.39';

/** The plugin API that libdocker.so requires: the same major version, and not older. */
export const REQUIRED_PLUGIN_API = '3.5.0';

/** How long a program may take to say its version, in milliseconds, and how much it may say, in bytes. */
const LIMIT = 10_000;
const MAX_OUTPUT = 64 * 1024;

/**
 * Asks a program for its version.
 *
 * @throws DocktapeError `FALCO` when it is no Falco, gives no answer, or is too old for docktape's plugin
 */
export async function askFalco(path: string, signal?: AbortSignal): Promise<FalcoProgram> {
  const folder = new PrivateFolder();
  try {
    // A configuration of our own, as Falco reads one before it says its version, and the user's may be broken.
    const config = folder.write(
      'falco.yaml',
      JSON.stringify({ json_output: true, log_stderr: true, log_syslog: false }),
    );
    const env = falcoEnvironment({});
    const args = ['-c', config, '--version'];
    const run = { program: path, args, env, folder: folder.path, limit: LIMIT, maxOutput: MAX_OUTPUT, signal };
    const { stdout, stderr } = await runToEnd(run);
    const { version, pluginApi } = readVersion(stdout);
    if (version === undefined) {
      const answer = (stdout.trim() || stderr.last.join('\n').trim()).split('\n', 1)[0]?.slice(0, 200);
      const said = answer ? `answers --version with '${answer}'` : 'says nothing when asked for its --version';
      throw new DocktapeError('FALCO', `${path} ${said}, as no Falco does: name the path of Falco ${OLDEST} or newer`);
    }
    checkVersion(path, version, pluginApi);
    return { path, version, pluginApi: pluginApi ?? '' };
  } finally {
    folder.remove();
  }
}

/** Reads what Falco prints of its version: JSON with `json_output`, as since 0.34, else text. Undefined where there is none. */
export function readVersion(output: string): { version: string | undefined; pluginApi: string | undefined } {
  const member = (json: string, text: string) =>
    (new RegExp(`"${json}":\\s*"([^"]*)"`).exec(output) ?? new RegExp(`^${text}:\\s*(\\S+)`, 'm').exec(output))?.[1];
  return { version: member('falco_version', 'Falco version'), pluginApi: member('plugin_api_version', 'Plugin API') };
}

/** @throws DocktapeError `FALCO` when a Falco of this version cannot run docktape's plugin as docktape needs it */
export function checkVersion(path: string, version: string, pluginApi: string | undefined): void {
  if (!isAtLeast(version, OLDEST)) {
    throw new DocktapeError(
      'FALCO',
      `${path} is Falco ${version}: docktape needs ${OLDEST} or newer, so update it or name another`,
    );
  }
  const sameMajor = pluginApi?.split('.')[0] === REQUIRED_PLUGIN_API.split('.')[0];
  if (pluginApi === undefined || !sameMajor || !isAtLeast(pluginApi, REQUIRED_PLUGIN_API)) {
    const api = pluginApi === undefined ? 'no plugin API' : `the plugin API ${pluginApi}`;
    throw new DocktapeError(
      'FALCO',
      `${path} is Falco ${version} with ${api}, and libdocker.so needs ${REQUIRED_PLUGIN_API}: name another Falco`,
    );
  }
}

/** Compares dotted versions by number, part by part; what follows the numbers (`-rc1`) does not count. */
function isAtLeast(version: string, minimum: string): boolean {
  const parts = version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0);
  const wanted = minimum.split('.').map(Number);
  const differing = wanted.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return differing < 0 || (parts[differing] ?? 0) > (wanted[differing] ?? 0);
}
