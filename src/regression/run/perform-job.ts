import { DocktapeError } from '../../errors.js';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import { evaluateStream } from './evaluate-stream.js';
import { explainEvents } from './explain-events.js';
import type { Job, Outcome } from './job.js';

/**
 * Does a job in this thread. What is wrong with its stream is a part of what it comes to; anything else that is thrown is a
 * defect.
 *
 * @throws the signal's reason once it is aborted
 */
export async function performJob<J extends Job>(job: J, signal: AbortSignal): Promise<Outcome<J>> {
  try {
    signal.throwIfAborted();
    const outcome = await withDockerPlugin<Outcome<Job>>({}, (plugin) =>
      job.kind === 'evaluate' ? evaluateStream(job, plugin, signal) : explainEvents(job, plugin, signal),
    );
    return outcome as Outcome<J>;
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    const [, ...lines] = error.details.split('\n');
    return { kind: 'problem', message: error.message, lines: lines.map((line) => line.trim()) };
  }
}
