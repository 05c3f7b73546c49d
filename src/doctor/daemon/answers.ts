import { DaemonClient } from '../../docker/daemon-client.js';
import { explainFailure } from '../../docker/daemon-error.js';
import { identify } from '../../docker/daemon-info.js';
import type { Endpoint } from '../../docker/endpoint.js';
import { type Outcome, ok, problem } from '../outcome.js';

/** How long a daemon may take for an answer, in milliseconds. */
export const ANSWER_TIMEOUT = 3_000;

/**
 * Whether the daemon answers `/_ping`, and which it is by `/version`. A proxy may refuse both: only events are needed.
 *
 * @throws the signal's reason
 */
export async function checkAnswers(
  endpoint: Endpoint,
  signal: AbortSignal,
  timeout = ANSWER_TIMEOUT,
): Promise<Outcome> {
  const client = new DaemonClient(endpoint, timeout);
  try {
    await client.get('/_ping', signal).catch(passRefusal);
    const { engine, apiVersion } = await identify(client, endpoint, signal);
    if (engine === undefined)
      return ok('it answers, but does not say which version it is', 'a proxy may be in between');
    const name = /^\d/.test(engine) ? `Docker ${engine}` : engine;
    return ok(apiVersion === undefined ? name : `${name}, API ${apiVersion}`);
  } catch (error) {
    signal.throwIfAborted();
    const { reason, fix } = explainFailure(error);
    return problem(`${endpoint.name}: ${reason}`, fix);
  }
}

/** A refusal is an answer, too. What may pass, such as a daemon's own trouble, is none. */
function passRefusal(error: unknown): void {
  const isAnswer = typeof error === 'object' && error !== null && 'statusCode' in error;
  if (!isAnswer || explainFailure(error).curable) throw error;
}
