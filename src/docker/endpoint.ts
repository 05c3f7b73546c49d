import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DocktapeError } from '../errors.js';
import { configFolder, currentContext, readContext } from './context.js';
import { homeFolder } from './home-folder.js';
import { readTlsFilesIn, readTlsFolder, type TlsMaterial } from './tls.js';

/** Where a daemon is and how to connect to it. */
export type Endpoint = {
  /** As an address, for logs and errors: `unix:///var/run/docker.sock`. */
  readonly name: string;
} & ({ readonly socketPath: string } | { readonly host: string; readonly port: number; readonly tls?: TlsMaterial });

type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolveOptions {
  /** On the command line, Docker's current context comes between DOCKER_HOST and the default socket; inside Falco it does not. */
  readonly useCurrentContext: boolean;
  readonly env?: Environment;
}

/** The kernel's bound on a socket's path: `sun_path` of unix(7) has 108 bytes with the final NUL. */
const LONGEST_SOCKET_PATH = 107;

/**
 * Resolves the live part of open params: `unix://PATH`, `tcp://HOST:PORT`, `http(s)://HOST:PORT`, `context:NAME`; empty or
 * `live` for DOCKER_HOST, then (on the command line) the current context, then the default socket. Reads TLS files.
 *
 * @throws DocktapeError `DAEMON`: what is wrong with the address, its context or its TLS files, and the fix
 */
export function resolveEndpoint(address: string, options: ResolveOptions): Endpoint {
  const env = options.env ?? process.env;
  if (address !== '' && address !== 'live') return parseAddress(address, env);
  if (env.DOCKER_HOST) {
    // Docker's client takes `HOST:PORT` in this variable, without a scheme.
    return parseAddress(env.DOCKER_HOST.includes('://') ? env.DOCKER_HOST : `tcp://${env.DOCKER_HOST}`, env);
  }
  const context = options.useCurrentContext ? currentContext(env) : undefined;
  return context === undefined ? socketEndpoint(defaultSocket(env)) : contextEndpoint(context, env);
}

/**
 * Checks the form of an address alone: the context and the TLS files that it needs may be on another machine.
 *
 * @throws DocktapeError `DAEMON`: what is wrong with the address, and the fix
 */
export function checkAddress(address: string): void {
  if (address === '' || address === 'live' || address.startsWith('context:')) return;
  parseAddress(address, {}, () => undefined);
}

/** The TLS to use for a scheme and a port (empty when the address gives none). */
type ChooseTls = (scheme: 'tcp' | 'https', port: string) => TlsMaterial | undefined;

function parseAddress(address: string, env: Environment, chooseTls?: ChooseTls): Endpoint {
  if (address.startsWith('context:')) return contextEndpoint(address.slice('context:'.length), env);
  if (address.startsWith('unix://')) return socketEndpoint(address.slice('unix://'.length) || defaultSocket(env));
  const scheme = /^([a-z+]+):\/\//.exec(address)?.[1];
  if (scheme === 'ssh') {
    throw new DocktapeError(
      'DAEMON',
      `${address} is refused, since its host key would not be checked: forward the socket with ssh -L /tmp/docker.sock:/var/run/docker.sock HOST and use unix:///tmp/docker.sock`,
    );
  }
  if (scheme !== 'tcp' && scheme !== 'http' && scheme !== 'https') {
    throw new DocktapeError(
      'DAEMON',
      `'${address}' is not a daemon's address: write unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME`,
    );
  }
  return networkEndpoint(address, scheme, chooseTls ?? ((secure, port) => environmentTls(secure, port, env)));
}

function contextEndpoint(name: string, env: Environment): Endpoint {
  if (name === 'default') return resolveEndpoint('', { useCurrentContext: false, env });
  const { host, tls } = readContext(name, env);
  if (host.startsWith('context:')) {
    throw new DocktapeError('DAEMON', `context '${name}' names another context, ${host}: give it a daemon's address`);
  }
  // A context brings its own TLS files: those of the environment belong to DOCKER_HOST and to plain addresses.
  return parseAddress(host, env, (scheme) => tls ?? (scheme === 'https' ? { rejectUnauthorized: true } : undefined));
}

function socketEndpoint(path: string): Endpoint {
  const socketPath = resolve(path);
  const bytes = Buffer.byteLength(socketPath);
  if (bytes > LONGEST_SOCKET_PATH || socketPath.includes('\0')) {
    throw new DocktapeError(
      'DAEMON',
      `a socket's path has at most ${LONGEST_SOCKET_PATH} bytes, this has ${bytes}: link it from a shorter path: ${socketPath}`,
    );
  }
  return { name: `unix://${socketPath}`, socketPath };
}

function networkEndpoint(address: string, scheme: 'tcp' | 'http' | 'https', chooseTls: ChooseTls): Endpoint {
  // The URL parser would drop the port 80 of http and the port 443 of https; of tcp it knows nothing.
  const url = parseUrl(address.replace(/^\w+:/, 'tcp:'));
  const bare = url && url.username === '' && url.search === '' && url.hash === '' && /^\/?$/.test(url.pathname);
  if (!url || !bare || url.hostname === '') {
    throw new DocktapeError(
      'DAEMON',
      `'${address}' is not a daemon's address: write ${scheme}://HOST:PORT and no more`,
    );
  }
  const tls = scheme === 'http' ? undefined : chooseTls(scheme, url.port);
  const port = Number(url.port || (scheme === 'tcp' ? (tls ? 2376 : 2375) : tls ? 443 : 80));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { name: `${tls ? 'https' : scheme}://${url.hostname}:${port}`, host, port, ...(tls ? { tls } : {}) };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // The caller says what a good address looks like.
    return undefined;
  }
}

/**
 * TLS as the environment asks for it. `https://` always has it; `tcp://` has it, as in the client library, when
 * DOCKER_TLS_VERIFY is 1, the port is 2376, or DOCKER_CERT_PATH names a folder of certificates.
 */
function environmentTls(scheme: 'tcp' | 'https', port: string, env: Environment): TlsMaterial | undefined {
  const verify = env.DOCKER_TLS_VERIFY ?? '';
  if (verify !== '' && verify !== '0' && verify !== '1') {
    throw new DocktapeError('DAEMON', `DOCKER_TLS_VERIFY is '${verify}': set it to 1, or unset it for no TLS`);
  }
  if (env.DOCKER_CERT_PATH) return readTlsFolder(env.DOCKER_CERT_PATH, 'DOCKER_CERT_PATH');
  const wanted = scheme === 'https' || verify === '1' || port === '2376';
  return wanted ? readTlsFilesIn(configFolder(env), 'DOCKER_CERT_PATH') : undefined;
}

/** A Docker Desktop of the user, else the system's daemon. */
function defaultSocket(env: Environment): string {
  const own = join(homeFolder(env), '.docker', 'run', 'docker.sock');
  return existsSync(own) ? own : '/var/run/docker.sock';
}
