import { describeDaemon } from '../docker/daemon-info.js';
import { resolveEndpoint } from '../docker/endpoint.js';
import { DaemonFeed, type FeedOptions } from '../docker/feed/daemon-feed.js';
import type { FrameOutput } from './frame-output.js';
import { LiveQueue } from './live-queue.js';
import type { LiveParams } from './open-params.js';
import type { SourceRequest } from './request.js';

/** Falco starts, reloads and looks at its signals only once the source is open, so a daemon that may be waited for is, later. */
const LONGEST_OPENING_MS = 1_000;

/**
 * Streams a daemon's events to the plugin until the process ends.
 *
 * @returns a promise that only rejects: when the daemon cannot be reached and is not to be waited for
 * @throws DocktapeError `DAEMON` when the address, its context or its TLS files are wrong
 */
export async function streamLive(output: FrameOutput, params: LiveParams, request: SourceRequest): Promise<never> {
  const endpoint = resolveEndpoint(params.address, { useCurrentContext: false });
  const origin = { endpoint: endpoint.name, daemonId: '' };
  const queue = new LiveQueue(output, request, origin);
  const source = `live events from ${endpoint.name}`;
  let isOpen = false;
  const open = (what: string) => {
    if (!isOpen) output.opened(what);
    isOpen = true;
  };
  const opening =
    request.daemon === 'retry' && setTimeout(() => open(`${source}, once the daemon answers`), LONGEST_OPENING_MS);
  return await new Promise<never>((_, reject) => {
    const feed = new DaemonFeed(endpoint, feedOptions(params, request), {
      connected: (daemon) => {
        origin.daemonId = daemon.daemonId ?? '';
        open(`live events from ${describeDaemon(daemon)}`);
      },
      waiting: (reason) => open(`${source}, once the daemon is there: ${reason}`),
      lines: (batch) => queue.lines(batch),
      incident: (incident) => queue.incident(incident),
      inspection: (inspection) => queue.inspection(inspection),
      log: (severity, text) => queue.log(severity, text),
      ended: () => queue.flush().then(() => output.end()),
      failed: (error) => {
        if (opening) clearTimeout(opening);
        queue.flush().then(() => reject(error));
      },
    });
    feed.start();
  });
}

/** `since` is for the first stream of a cursor: a later one goes on where that one ended. */
function feedOptions({ since }: LiveParams, { daemon, resume, enrichTimeout }: SourceRequest): FeedOptions {
  const options = {
    onAbsent: daemon,
    containers: true,
    ...(enrichTimeout === undefined ? {} : { enrich: { timeout: enrichTimeout } }),
  };
  if (resume) return { ...options, resume };
  return since === undefined ? options : { ...options, since };
}
