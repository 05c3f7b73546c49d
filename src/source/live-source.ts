import { describeDaemon } from '../docker/daemon-info.js';
import { resolveEndpoint } from '../docker/endpoint.js';
import { DaemonFeed } from '../docker/feed/daemon-feed.js';
import type { Gap, Origin } from '../docker/incident.js';
import { now } from '../time.js';
import type { FrameOutput } from './frame-output.js';
import { LiveQueue } from './live-queue.js';
import type { LiveParams } from './open-params.js';
import type { SourceRequest } from './request.js';

/**
 * Streams a daemon's events to the plugin until the process ends.
 *
 * @returns a promise that only rejects: when the daemon cannot be reached and is not to be waited for
 * @throws DocktapeError `DAEMON` when the address, its context or its TLS files are wrong
 */
export async function streamLive(output: FrameOutput, params: LiveParams, request: SourceRequest): Promise<never> {
  const endpoint = resolveEndpoint(params.address, { useCurrentContext: false });
  const origin = { endpoint: endpoint.name, daemonId: '' };
  const queue = new LiveQueue(output, request.queueBytes, origin);
  let isOpen = false;
  let { lostAt } = request;
  const open = (what: string) => {
    if (!isOpen) output.opened(what);
    isOpen = true;
  };
  return await new Promise<never>((_, reject) => {
    // The host before this one has delivered what there was since then.
    const since = lostAt > 0 ? undefined : params.since;
    const options = { onAbsent: request.daemon, ...(since === undefined ? {} : { since }) };
    const feed = new DaemonFeed(endpoint, options, {
      connected: (daemon) => {
        origin.daemonId = daemon.daemonId ?? '';
        open(`live events from ${describeDaemon(daemon)}`);
        if (lostAt > 0) queue.incident(restartGap(origin, lostAt));
        lostAt = 0;
      },
      waiting: (reason) => open(`live events from ${endpoint.name}, once the daemon is there: ${reason}`),
      lines: (batch) => queue.push(batch),
      incident: (incident) => queue.incident(incident),
      log: (severity, text) => output.log(severity, text),
      ended: () => output.end(),
      failed: reject,
    });
    feed.start();
  });
}

/** The gap between the host that was lost and this one. */
function restartGap(origin: Origin, lostAt: number): Gap {
  const from = BigInt(lostAt) * 1_000_000n;
  return { kind: 'gap', ...origin, from, to: now(), reason: 'the source host was started again', loss: 'possible' };
}
