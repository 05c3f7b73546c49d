import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';
import type Docker from 'dockerode';
import type { Endpoint } from './endpoint.js';

/** Nothing came back in time: the connection was accepted, or is still being made, but there is no answer. */
export class NoAnswerError extends Error {
  constructor(readonly seconds: number) {
    super(`no answer within ${seconds} s`);
  }
}

/** The part of the modem's request that is used here; its own types leave it open. */
interface DialRequest {
  readonly path: string;
  readonly method: 'GET';
  readonly isStream: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly abortSignal: AbortSignal;
  readonly statusCodes: Readonly<Record<number, true>>;
}

interface Modem {
  dial(request: DialRequest, callback: (error: unknown, result: unknown) => void): void;
}

/**
 * dockerode's transport, which is all of it that is used here. Loading dockerode itself would load its gRPC sessions too: two
 * fifths of the time in which a live source starts, and 10 MB of its memory.
 */
const DockerModem = createRequire(import.meta.resolve('dockerode'))('docker-modem') as new (
  options: Docker.DockerOptions,
) => Modem;

/** Idle proxies and firewalls forget a connection after minutes, and a quiet event stream sends nothing. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Requests to one daemon, each on its own connection and each answered in bounded time. The path has no API version: the
 * daemon then speaks its newest one, and Engine 29 corrupts `timeNano` when it is asked at an older one.
 */
export class DaemonClient {
  readonly #modem: Modem;
  readonly #answerTimeout: number;

  /** @param answerTimeout milliseconds until an answer must have begun (a stream), or be complete */
  constructor(endpoint: Endpoint, answerTimeout: number) {
    this.#modem = withoutDockerHost(() => new DockerModem(clientOptions(endpoint)));
    this.#answerTimeout = answerTimeout;
  }

  /** The parsed JSON answer of a GET. */
  get(path: string, signal: AbortSignal): Promise<unknown> {
    return this.#request(path, {}, false, signal);
  }

  /** The raw response of `/events`, once its headers are there. The caller reads it at once and destroys it in the end. */
  async events(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    const response = (await this.#request('/events?', query, true, signal)) as IncomingMessage;
    response.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return response;
  }

  async #request(
    path: string,
    query: Readonly<Record<string, string>>,
    isStream: boolean,
    signal: AbortSignal,
  ): Promise<unknown> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    signal.addEventListener('abort', cancel);
    const timer = setTimeout(
      () => controller.abort(new NoAnswerError(this.#answerTimeout / 1000)),
      this.#answerTimeout,
    );
    try {
      return await new Promise<unknown>((resolve, reject) => {
        // The client library never calls back when an answer breaks off after its headers, so the signal rejects, too.
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
        this.#modem.dial(
          {
            path,
            method: 'GET',
            isStream,
            options: { ...query },
            abortSignal: controller.signal,
            statusCodes: { 200: true },
          },
          (error, result) => (error ? reject(error) : resolve(result)),
        );
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }
}

function clientOptions(endpoint: Endpoint): Docker.DockerOptions & { agent: HttpAgent } {
  if ('socketPath' in endpoint) {
    return { socketPath: endpoint.socketPath, protocol: 'http', agent: new HttpAgent({ keepAlive: false }) };
  }
  const { host, port, tls } = endpoint;
  return tls
    ? { host, port, protocol: 'https', agent: new HttpsAgent({ keepAlive: false, ...tls }) }
    : { host, port, protocol: 'http', agent: new HttpAgent({ keepAlive: false }) };
}

/**
 * The client library reads DOCKER_HOST when it is constructed, and with it DOCKER_CERT_PATH and more, even when it is told
 * where the daemon is. Everything has been resolved by now, so it is not to see it.
 */
function withoutDockerHost<T>(construct: () => T): T {
  const saved = process.env.DOCKER_HOST;
  delete process.env.DOCKER_HOST;
  try {
    return construct();
  } finally {
    if (saved !== undefined) process.env.DOCKER_HOST = saved;
  }
}
