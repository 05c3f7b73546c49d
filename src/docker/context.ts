import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocktapeError, messageOf } from '../errors.js';
import { homeFolder } from './home-folder.js';
import { memberOf } from './loose-json.js';
import { readTlsFilesIn, type TlsMaterial } from './tls.js';

/** Where the daemon of a Docker context is. */
export interface DockerContext {
  /** An address such as `unix:///run/user/1000/docker.sock`. */
  readonly host: string;
  /** Present when the context keeps TLS files or says to skip the check. */
  readonly tls?: TlsMaterial;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of Docker's client configuration: `DOCKER_CONFIG`, else `~/.docker`. */
export function configFolder(env: Environment): string {
  return env.DOCKER_CONFIG || join(homeFolder(env), '.docker');
}

/**
 * The context that Docker's own client would use, in its order: `DOCKER_CONTEXT`, else `currentContext` of `config.json`.
 * `undefined` stands for the context `default`, which is no stored one.
 */
export function currentContext(env: Environment): string | undefined {
  const name = env.DOCKER_CONTEXT || configuredContext(join(configFolder(env), 'config.json'));
  return name === 'default' ? undefined : name;
}

/**
 * Finds a context by its name in `contexts/meta/<digest>/meta.json`, and its TLS files in `contexts/tls/<digest>/docker`.
 *
 * @throws DocktapeError `DAEMON` when there is none, naming those that there are
 */
export function readContext(name: string, env: Environment): DockerContext {
  const contexts = join(configFolder(env), 'contexts');
  const known: string[] = [];
  for (const digest of foldersIn(join(contexts, 'meta'))) {
    const file = join(contexts, 'meta', digest, 'meta.json');
    const meta = readJson(file);
    const found = textAt(meta, 'Name');
    if (found !== undefined) known.push(found);
    if (found !== name) continue;
    const docker = memberOf(memberOf(meta, 'Endpoints'), 'docker');
    const host = textAt(docker, 'Host');
    if (!host) throw new DocktapeError('DAEMON', `context '${name}' names no Docker host: correct it in ${file}`);
    const skipVerify = memberOf(docker, 'SkipTLSVerify') === true;
    const folder = join(contexts, 'tls', digest, 'docker');
    const keepsTls = skipVerify || foldersIn(join(contexts, 'tls', digest)).includes('docker');
    return keepsTls ? { host, tls: readTlsFilesIn(folder, `context '${name}'`, !skipVerify) } : { host };
  }
  const choice = known.length > 0 ? `use one of ${known.sort().join(', ')}` : `there are none in ${contexts}`;
  throw new DocktapeError('DAEMON', `there is no Docker context '${name}': ${choice}`);
}

function configuredContext(file: string): string | undefined {
  return textAt(readJson(file), 'currentContext') || undefined;
}

/** A JSON file's value; `undefined` when the file is not there. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new DocktapeError(
      'DAEMON',
      `cannot read ${file} (${messageOf(error)}): correct the file or its permissions`,
      {
        cause: error,
      },
    );
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Without the folder there are no contexts, or none with TLS.
    return [];
  }
}

function textAt(value: unknown, key: string): string | undefined {
  const member = memberOf(value, key);
  return typeof member === 'string' ? member : undefined;
}
