import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import type { Endpoint } from './endpoint.js';
import { parsedJson } from './loose-json.js';

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
  readonly isStream: true;
  readonly options: Readonly<Record<string, string>>;
  readonly abortSignal: AbortSignal;
  readonly statusCodes: Readonly<Record<number, true>>;
}

interface Modem {
  dial(request: DialRequest, callback: (error: unknown, response: IncomingMessage | null) => void): void;
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

/** How many bytes an answer may have. The list of 10,000 containers has about 12 MiB. */
const MAX_ANSWER = 32 * 1024 * 1024;

type Query = Readonly<Record<string, string>>;

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

  /**
   * The parsed JSON answer of a GET; `undefined` when it is not JSON, as that of `/_ping`.
   *
   * @throws RangeError when the answer is longer than {@link MAX_ANSWER}; else whatever the request failed with
   */
  get(path: string, signal: AbortSignal, query: Query = {}): Promise<unknown> {
    return this.#request(path, query, signal, async (response) => parsedJson(await wholeBody(response)));
  }

  /** The raw response of `/events`, once its headers are there. The caller reads it at once and destroys it in the end. */
  async events(query: Query, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#request('/events', query, signal, async (begun) => begun);
    response.socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return response;
  }

  /** @param read what is made of a response whose headers are there, within the time for an answer */
  async #request<T>(
    path: string,
    query: Query,
    signal: AbortSignal,
    read: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const controller = new AbortController();
    const cancel = () => controller.abort(signal.reason);
    signal.addEventListener('abort', cancel);
    const timer = setTimeout(
      () => controller.abort(new NoAnswerError(this.#answerTimeout / 1000)),
      this.#answerTimeout,
    );
    try {
      return await new Promise<T>((resolve, reject) => {
        // The client library never calls back when an answer breaks off after its headers, so the signal rejects, too.
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
        this.#modem.dial(
          {
            // The client library adds the query behind a question mark, and takes the mark away when there is none.
            path: `${path}?`,
            method: 'GET',
            isStream: true,
            options: { ...query },
            abortSignal: inBrief(controller.signal),
            statusCodes: { 200: true },
          },
          (error, response) => {
            if (error || !response) reject(error);
            else read(response).then(resolve, reject);
          },
        );
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    }
  }
}

async function wholeBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response.
    if (length > MAX_ANSWER) throw new RangeError(`the answer is longer than ${MAX_ANSWER / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function clientOptions(endpoint: Endpoint): Docker.DockerOptions & { agent: HttpAgent } {
  if ('socketPath' in endpoint) {
    return { socketPath: endpoint.socketPath, protocol: 'http', agent: inBrief(new HttpAgent({ keepAlive: false })) };
  }
  const { host, port, tls } = endpoint;
  return tls
    ? { host, port, protocol: 'https', agent: inBrief(new HttpsAgent({ keepAlive: false, ...tls })) }
    : { host, port, protocol: 'http', agent: inBrief(new HttpAgent({ keepAlive: false })) };
}

/**
 * The client library puts each request into words for a debug log, also when nobody wants one: all that can be reached from its agent and
 * its signal, every connection with its buffers among that, which takes up to half a second. It is to find a name there.
 */
function inBrief<T extends object>(part: T): T {
  return Object.defineProperty(part, inspect.custom, { value: () => part.constructor.name });
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
