import { posix } from 'node:path';
import type { Endpoint } from '../../docker/endpoint.js';
import type { FileTree } from '../host/file-tree.js';
import { notChecked, type Outcome, ok, problem } from '../outcome.js';

/** Where the socket may be below the root of the host: /var/run is a link, which a mount of the whole host does not follow. */
const SOCKETS = ['var/run/docker.sock', 'run/docker.sock'];

/**
 * Falco's image sets HOST_ROOT, and has the host's files mounted below it: Docker's socket as well, where the plugin does not look
 * by itself.
 *
 * @param endpoint which daemon was checked; `undefined` when that is not known
 */
export function checkContainer(hostRoot: string | undefined, endpoint: Endpoint | undefined, tree: FileTree): Outcome {
  if (!hostRoot) return notChecked("this is not Falco's image: HOST_ROOT is not set");
  if (endpoint && !('socketPath' in endpoint)) return notChecked(`${endpoint.name} is no local socket`);
  if (endpoint && tree.stat(endpoint.socketPath)) return ok(`${endpoint.socketPath} is mounted`);
  const mounted = SOCKETS.map((path) => posix.join(hostRoot, path)).find((path) => tree.stat(path)?.isSocket());
  if (mounted !== undefined) {
    const wanted = endpoint?.socketPath ?? 'The default socket';
    return problem(
      `${wanted} is not in this container, and the host's socket is mounted as ${mounted}`,
      `set open_params: unix://${mounted} (\`docktape config unix://${mounted}\`)`,
    );
  }
  return problem(
    `no socket of Docker is mounted below HOST_ROOT`,
    `start the container with -v /var/run/docker.sock:${posix.join(hostRoot, 'var/run/docker.sock')}, and set open_params to it`,
  );
}
