import { listContainers } from '../../docker/containers/container-list.js';
import { DaemonClient } from '../../docker/daemon-client.js';
import { explainFailure } from '../../docker/daemon-error.js';
import type { Endpoint } from '../../docker/endpoint.js';
import { notChecked, type Outcome, ok } from '../outcome.js';
import { ANSWER_TIMEOUT } from './answers.js';

/**
 * Whether the daemon tells which containers run, by which docktape knows after a gap in the events what it has missed. A proxy
 * may refuse it, so this is never a problem.
 *
 * @throws the signal's reason
 */
export async function checkContainers(
  endpoint: Endpoint,
  signal: AbortSignal,
  timeout = ANSWER_TIMEOUT,
): Promise<Outcome> {
  try {
    const running = await listContainers(new DaemonClient(endpoint, timeout), 'running', signal);
    return ok(running.length === 1 ? 'one runs' : `${running.length || 'none'} run`);
  } catch (error) {
    signal.throwIfAborted();
    const { reason, fix, curable } = explainFailure(error);
    if (curable) return notChecked(reason, fix);
    return ok(
      `not told: ${reason}`,
      'to be told after a gap in the events which containers started or died in it, allow GET /containers/json',
    );
  }
}
