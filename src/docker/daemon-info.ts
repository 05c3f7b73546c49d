import type { DaemonClient } from './daemon-client.js';
import type { Endpoint } from './endpoint.js';

/** Which daemon a stream comes from. What the daemon does not tell is absent. */
export interface DaemonInfo {
  /** Its address, such as `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** Its version, such as `20.10.24`, with the engine's name when it is not Docker's. */
  readonly engine?: string;
  /** The newest API version that it speaks, such as `1.41`: the one that it is asked at. */
  readonly apiVersion?: string;
  /** The ID that a daemon keeps for its life, whatever its address. */
  readonly daemonId?: string;
  /** The name of its host. */
  readonly hostName?: string;
}

/**
 * Asks `/version` and `/info`. Both are optional: a proxy that lets only events through is fine.
 *
 * @throws what stopped `/version`, when it was not an HTTP answer: then there is no daemon to ask for events either
 */
export async function identify(client: DaemonClient, endpoint: Endpoint, signal: AbortSignal): Promise<DaemonInfo> {
  // The second is let go at once when the first fails; settled, it cannot become an unhandled rejection.
  const info = client.get('/info', signal).catch(() => undefined);
  const version = await client.get('/version', signal).catch((error) => {
    if (isHttpAnswer(error)) return undefined;
    throw error;
  });
  const engine = engineOf(version);
  const daemonId = textAt(await info, 'ID');
  const hostName = textAt(await info, 'Name');
  const apiVersion = textAt(version, 'ApiVersion');
  return {
    endpoint: endpoint.name,
    ...(engine ? { engine } : {}),
    ...(apiVersion ? { apiVersion } : {}),
    ...(daemonId ? { daemonId } : {}),
    ...(hostName ? { hostName } : {}),
  };
}

/** `DaemonInfo` as people read it: `unix:///var/run/docker.sock (Docker 20.10.24, daemon ID ABCD)`. */
export function describeDaemon({ endpoint, engine, daemonId }: DaemonInfo): string {
  const details = [engine && (/^\d/.test(engine) ? `Docker ${engine}` : engine), daemonId && `daemon ID ${daemonId}`];
  const known = details.filter(Boolean).join(', ');
  return known ? `${endpoint} (${known})` : endpoint;
}

function isHttpAnswer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error;
}

/** Podman says who it is in `Components`, and gives its own version there; `Version` alone would pass for Docker's. */
function engineOf(version: unknown): string | undefined {
  const components: unknown = typeof version === 'object' && version !== null ? Reflect.get(version, 'Components') : [];
  const name = Array.isArray(components) ? textAt(components[0], 'Name') : undefined;
  const number = textAt(version, 'Version');
  return name?.startsWith('Podman') && number ? `Podman ${number}` : number;
}

/** A text member of a daemon's answer, made fit for a log line. */
function textAt(value: unknown, key: string): string | undefined {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof member === 'string' ? member.replace(/\p{Cc}/gu, ' ').slice(0, 100) : undefined;
}
