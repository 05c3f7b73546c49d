import { DaemonClient } from '../../docker/daemon-client.js';
import { type DaemonFailure, explainFailure, NO_SUCH_OBJECT } from '../../docker/daemon-error.js';
import type { Endpoint } from '../../docker/endpoint.js';
import { messageOf } from '../../errors.js';
import { notChecked, type Outcome, ok } from '../outcome.js';
import { ANSWER_TIMEOUT } from './answers.js';

/** An ID as Docker makes them, which nothing has: so it can be asked about whatever runs, and gives nothing away. */
const NOBODY = '0'.repeat(64);

const QUESTIONS = { containers: '/containers/ID/json', execs: '/exec/ID/json' };

/**
 * Whether the daemon would say what containers and execs are, which is what events are enriched with. A proxy may refuse it, so this is
 * never a problem.
 *
 * @throws the signal's reason
 */
export async function checkEnrichment(
  endpoint: Endpoint,
  signal: AbortSignal,
  timeout = ANSWER_TIMEOUT,
): Promise<Outcome> {
  const client = new DaemonClient(endpoint, timeout);
  const refused: { readonly kind: string; readonly path: string; readonly reason: string }[] = [];
  for (const [kind, path] of Object.entries(QUESTIONS)) {
    const failure = await failureOf(client, path.replace('ID', NOBODY), signal);
    if (failure?.curable) return notChecked(failure.reason, failure.fix);
    if (failure) refused.push({ kind, path, reason: failure.reason });
  }
  const [first] = refused;
  if (!first) return ok('it tells what containers and execs are');
  return ok(
    `not told what ${refused.map(({ kind }) => kind).join(' and ')} are: ${first.reason}`,
    `for fields such as docker.container.privileged allow GET ${refused.map(({ path }) => path).join(' and ')} ` +
      '(docs/deploy.md says what that shows), or do without: `enrich: false` in init_config, `--no-enrich`',
  );
}

/** Why a question was not answered. That there is no such thing is an answer. */
async function failureOf(client: DaemonClient, path: string, signal: AbortSignal): Promise<DaemonFailure | undefined> {
  try {
    await client.get(path, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const isAnswer = Reflect.get(Object(error), 'statusCode') === 404 && NO_SUCH_OBJECT.test(messageOf(error));
    return isAnswer ? undefined : explainFailure(error);
  }
}
