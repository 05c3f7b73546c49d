import { unixSeconds } from '../../time.js';
import type { DaemonClient } from '../daemon-client.js';
import type { LineBatch } from '../line-batch.js';
import { readEvents } from './event-stream.js';
import { type Before, Resumption } from './resumption.js';
import { RingCollector } from './ring.js';

/** What to ask about. Times are by the daemon's clock, nanoseconds since the epoch. */
export interface RingCheck {
  /** The `since` to ask the daemon with. */
  readonly since: string;
  /** Only events of these times count: those before may not have been wanted. */
  readonly from: bigint;
  readonly until: bigint;
  /** What was delivered by the time of the answer. */
  readonly before: () => Before;
  readonly redact: (batch: LineBatch) => LineBatch;
}

/**
 * Whether a daemon remembers events that were to be delivered and were not; `unknown` when it did not tell all that it
 * remembers.
 *
 * @throws whatever the request failed with, or the signal's reason
 */
export async function findUndelivered(
  client: DaemonClient,
  { since, from, until, before, redact }: RingCheck,
  signal: AbortSignal,
): Promise<'some' | 'none' | 'unknown'> {
  // With an `until` that is over the daemon sends what it remembers and ends the answer.
  const response = await client.events({ since, until: unixSeconds(until) }, signal);
  const stop = () => response.destroy();
  const collector = new RingCollector(stop);
  signal.addEventListener('abort', stop);
  const end = await readEvents(response, (batch) => collector.push(batch));
  signal.removeEventListener('abort', stop);
  const ring = collector.stop();
  signal.throwIfAborted();
  const missing = new Resumption(before()).take(redact(ring));
  if (missing.times.some((time) => time >= from && time <= until)) return 'some';
  return end.clean ? 'none' : 'unknown';
}
