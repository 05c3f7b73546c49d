import type { Selection } from '../capture/selection.js';
import { unixSeconds } from '../time.js';

/** The same selection as a replay's open params have it. */
export function replayQuery({ since, until, session }: Selection): Record<string, string> {
  return {
    ...(since === undefined ? {} : { since: unixSeconds(since) }),
    ...(until === undefined ? {} : { until: unixSeconds(until) }),
    ...(session === undefined ? {} : { session: String(session) }),
  };
}
