import type { DaemonInfo } from '../daemon-info.js';
import type { HostAnswer } from './context-maker.js';

/** What contexts say of the host that a daemon runs on. */
export function hostAnswer({ hostName, daemonId, engine }: DaemonInfo): HostAnswer {
  const json = JSON.stringify({ name: hostName || undefined, id: daemonId || undefined, engine: engine || undefined });
  return { json: json === '{}' ? '' : json };
}
