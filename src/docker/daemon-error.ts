import { DocktapeError, messageOf } from '../errors.js';
import { NoAnswerError } from './daemon-client.js';
import type { Endpoint } from './endpoint.js';

/** Docker's and Podman's words for a container or an exec that is not there; a proxy that does not know a path has others. */
export const NO_SUCH_OBJECT = /no such (?:container|exec)/i;

/** Why a daemon gives no events, and what to do about it. */
export interface DaemonFailure {
  readonly reason: string;
  readonly fix: string;
  /** Whether it may pass by waiting: a daemon that is absent, starting or overloaded. */
  readonly curable: boolean;
}

const START = 'start Docker, or name its address (unix://PATH, tcp://HOST:PORT)';

const FAILURES: Readonly<Record<string, DaemonFailure>> = {
  ENOENT: { reason: 'there is no such socket', fix: START, curable: true },
  ECONNREFUSED: { reason: 'nobody listens there', fix: START, curable: true },
  EACCES: { reason: 'permission denied', fix: 'run as root or as a member of the group of the socket', curable: false },
  EPERM: { reason: 'permission denied', fix: 'run as root or allow it in the security profile', curable: false },
  ENOTFOUND: { reason: 'no such host', fix: 'check the name, or the name service', curable: true },
  EAI_AGAIN: { reason: 'the name service does not answer', fix: 'check the name service', curable: true },
  EHOSTUNREACH: { reason: 'the host cannot be reached', fix: 'check the network', curable: true },
  ENETUNREACH: { reason: 'the network cannot be reached', fix: 'check the network', curable: true },
  ETIMEDOUT: { reason: 'the host does not answer', fix: 'check the host and the network', curable: true },
  ECONNRESET: { reason: 'the connection was cut', fix: 'check that the daemon runs', curable: true },
  EPIPE: { reason: 'the connection was cut', fix: 'check that the daemon runs', curable: true },
  ERR_STREAM_PREMATURE_CLOSE: { reason: 'the connection was cut', fix: 'check that the daemon runs', curable: true },
};

/** Explains whatever a request to a daemon failed with. */
export function explainFailure(error: unknown): DaemonFailure {
  if (error instanceof NoAnswerError) {
    return { reason: error.message, fix: 'check that the daemon is not stuck', curable: true };
  }
  const code = property(error, 'code');
  const known = typeof code === 'string' ? FAILURES[code] : undefined;
  if (known) return known;
  const status = property(error, 'statusCode');
  if (typeof status === 'number') return explainStatus(status, messageOf(error));
  const text = messageOf(error).slice(0, 120);
  if (typeof code === 'string' && code.startsWith('HPE_')) {
    return { reason: 'what answers there is no Docker daemon', fix: 'check the address', curable: false };
  }
  if (typeof code === 'string' && /^(EPROTO|CERT_|ERR_SSL_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code)) {
    const fix = 'check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH, and that the daemon speaks TLS';
    return { reason: `no trusted TLS connection (${text})`, fix, curable: false };
  }
  return { reason: text || 'the connection failed', fix: 'check the address and the daemon', curable: true };
}

/** A failure as the error that ends a command, or a source: cause and fix within the first 200 bytes for a usual address. */
export function failureError(endpoint: Endpoint, { reason, fix }: DaemonFailure, cause?: unknown): DocktapeError {
  return new DocktapeError('DAEMON', `cannot read events from ${endpoint.name}: ${reason}: ${fix}`, { cause });
}

/** Too early, too many, or the server's own trouble may pass; a refusal stays. */
function explainStatus(status: number, message: string): DaemonFailure {
  // The client library's form is `(HTTP code 403) unexpected - MESSAGE `.
  const said = message
    .replace(/^\(HTTP code \d+\) .*? -\s*/, '')
    .trim()
    .slice(0, 100);
  const reason = said ? `it answered ${status}: ${said}` : `it answered ${status}`;
  const curable = status >= 500 || status === 408 || status === 425 || status === 429;
  const fix = curable ? "see the daemon's log" : 'check the address, and what the daemon or its proxy lets you do';
  return { reason, fix, curable };
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
