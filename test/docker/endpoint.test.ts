import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentContext } from '#docktape/docker/context.js';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { commandLineParams } from '#docktape/source/command-line-params.js';

type Environment = Record<string, string | undefined>;

const SYSTEM = { name: 'unix:///var/run/docker.sock', socketPath: '/var/run/docker.sock' };
const UNVERIFIED = { rejectUnauthorized: true };

let home: string;
let env: Environment;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'docktape-home-'));
  env = { HOME: home };
});

afterEach(() => rm(home, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(home, path, '..'), { recursive: true });
  await writeFile(join(home, path), text);
}

/** Stores a context as Docker's client does; `files` are its TLS files. */
async function context(name: string, docker: unknown, files: readonly string[] = []): Promise<void> {
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = { Name: name, Metadata: {}, Endpoints: { docker } };
  await write(`.docker/contexts/meta/${digest}/meta.json`, JSON.stringify(meta));
  for (const file of files) await write(`.docker/contexts/tls/${digest}/docker/${file}`, `${name} ${file}`);
}

function onCommandLine(address = '') {
  return resolveEndpoint(address, { useCurrentContext: true, env });
}

function inFalco(address = '') {
  return resolveEndpoint(address, { useCurrentContext: false, env });
}

describe('an address', () => {
  it.each<[string, object]>([
    ['unix:///run/x.sock', { name: 'unix:///run/x.sock', socketPath: '/run/x.sock' }],
    ['unix://', SYSTEM],
    ['tcp://127.0.0.1:2375', { name: 'tcp://127.0.0.1:2375', host: '127.0.0.1', port: 2375 }],
    ['tcp://docker.example', { name: 'tcp://docker.example:2375', host: 'docker.example', port: 2375 }],
    ['tcp://[::1]:99/', { name: 'tcp://[::1]:99', host: '::1', port: 99 }],
    ['tcp://h:2376', { name: 'https://h:2376', host: 'h', port: 2376, tls: UNVERIFIED }],
    ['http://h:80', { name: 'http://h:80', host: 'h', port: 80 }],
    ['http://h', { name: 'http://h:80', host: 'h', port: 80 }],
    ['https://h', { name: 'https://h:443', host: 'h', port: 443, tls: UNVERIFIED }],
    ['context:default', SYSTEM],
  ])('%s', (address, endpoint) => {
    expect(inFalco(address)).toEqual(endpoint);
  });

  it('may be a path relative to the working directory', () => {
    expect(inFalco('unix://x.sock')).toMatchObject({ socketPath: join(process.cwd(), 'x.sock') });
  });

  it.each<[string, RegExp]>([
    ['ssh://me@h', /^ssh:\/\/me@h is refused, .* forward the socket with ssh -L .* use unix:\/\/\/tmp\/docker.sock$/],
    ['npipe:////./pipe/x', /'npipe:.*' is not a daemon's address: write unix:\/\/PATH, tcp:\/\/HOST:PORT/],
    ['tcp://', /'tcp:\/\/' is not a daemon's address: write tcp:\/\/HOST:PORT and no more/],
    ['tcp://h:99999', /'tcp:\/\/h:99999' is not a daemon's address/],
    ['tcp://h:1/prefix', /'tcp:\/\/h:1\/prefix' is not a daemon's address/],
    ['tcp://me:secret@h:1', /is not a daemon's address/],
    [`unix:///${'x'.repeat(107)}`, /a socket's path has at most 107 bytes, this has 108/],
    ['context:nowhere', /there is no Docker context 'nowhere': there are none in /],
  ])('%s is refused', (address, message) => {
    expect(() => inFalco(address)).toThrow(
      expect.objectContaining({ code: 'DAEMON', message: expect.stringMatching(message) }),
    );
  });
});

describe('without an address', () => {
  it("it is the system's socket", () => {
    expect(onCommandLine()).toEqual(SYSTEM);
    expect(inFalco('live')).toEqual(SYSTEM);
  });

  it("it is the user's own daemon when there is one", async () => {
    await write('.docker/run/docker.sock', '');
    expect(inFalco()).toMatchObject({ socketPath: join(home, '.docker/run/docker.sock') });
  });

  it('DOCKER_HOST comes first, with or without a scheme', async () => {
    await context('c', { Host: 'unix:///c.sock' });
    env.DOCKER_CONTEXT = 'c';
    env.DOCKER_HOST = 'unix:///h.sock';
    expect(onCommandLine()).toMatchObject({ socketPath: '/h.sock' });
    env.DOCKER_HOST = 'h:1234';
    expect(onCommandLine()).toEqual({ name: 'tcp://h:1234', host: 'h', port: 1234 });
    expect(inFalco()).toEqual({ name: 'tcp://h:1234', host: 'h', port: 1234 });
  });

  it('then, on the command line, DOCKER_CONTEXT before the configured context', async () => {
    await context('c', { Host: 'unix:///c.sock' });
    await context('d', { Host: 'unix:///d.sock' });
    await write('.docker/config.json', '{"currentContext":"d"}');
    expect(onCommandLine()).toMatchObject({ socketPath: '/d.sock' });
    env.DOCKER_CONTEXT = 'c';
    expect(onCommandLine()).toMatchObject({ socketPath: '/c.sock' });
    env.DOCKER_CONTEXT = 'default';
    expect(onCommandLine()).toEqual(SYSTEM);
    expect(inFalco()).toEqual(SYSTEM);
  });

  it('an address makes all of them moot', () => {
    env.DOCKER_HOST = 'unix:///h.sock';
    expect(onCommandLine('unix:///a.sock')).toMatchObject({ socketPath: '/a.sock' });
  });

  it('a configuration that cannot be read is an error that names it', async () => {
    await write('.docker/config.json', '{');
    expect(() => onCommandLine()).toThrow(/^cannot read .*config\.json \(.*\): correct the file/);
    expect(inFalco()).toEqual(SYSTEM);
  });
});

describe('a context', () => {
  it('is found by its name, and DOCKER_CONFIG moves it', async () => {
    await context('c', { Host: 'tcp://h:1' });
    expect(inFalco('context:c')).toEqual({ name: 'tcp://h:1', host: 'h', port: 1 });
    env.DOCKER_CONFIG = join(home, '.docker');
    env.HOME = '/nonexistent';
    expect(inFalco('context:c')).toEqual({ name: 'tcp://h:1', host: 'h', port: 1 });
  });

  it('brings its own TLS files, and not those of the environment', async () => {
    env.DOCKER_CERT_PATH = '/nonexistent';
    await context('c', { Host: 'tcp://h:1' }, ['ca.pem', 'cert.pem', 'key.pem']);
    await context('plain', { Host: 'tcp://h:2376' });
    const pem = (file: string) => Buffer.from(`c ${file}.pem`);
    expect(inFalco('context:c')).toEqual({
      name: 'https://h:1',
      host: 'h',
      port: 1,
      tls: { ca: pem('ca'), cert: pem('cert'), key: pem('key'), rejectUnauthorized: true },
    });
    expect(inFalco('context:plain')).toEqual({ name: 'tcp://h:2376', host: 'h', port: 2376 });
  });

  it('may say to skip the check', async () => {
    await context('c', { Host: 'https://h', SkipTLSVerify: true });
    expect(inFalco('context:c')).toMatchObject({ tls: { rejectUnauthorized: false } });
  });

  it('that is unknown is an error that names those that are known', async () => {
    await context('b', { Host: 'tcp://h:1' });
    await context('a', { Host: 'tcp://h:1' });
    expect(() => inFalco('context:c')).toThrow("there is no Docker context 'c': use one of a, b");
  });

  it('without a host, with ssh, or that names a context is refused', async () => {
    await context('a', {});
    await context('b', { Host: 'ssh://h' });
    await context('c', { Host: 'context:a' });
    expect(() => inFalco('context:a')).toThrow(/context 'a' names no Docker host: correct it in .*meta\.json/);
    expect(() => inFalco('context:b')).toThrow('ssh://h is refused');
    expect(() => inFalco('context:c')).toThrow("context 'c' names another context");
  });
});

describe('TLS of the environment', () => {
  beforeEach(async () => {
    for (const file of ['ca.pem', 'cert.pem', 'key.pem']) await write(`certs/${file}`, file);
  });

  const material = {
    ca: Buffer.from('ca.pem'),
    cert: Buffer.from('cert.pem'),
    key: Buffer.from('key.pem'),
    ...UNVERIFIED,
  };

  it('is on with DOCKER_TLS_VERIFY=1', () => {
    env.DOCKER_TLS_VERIFY = '1';
    expect(inFalco('tcp://h:1')).toMatchObject({ name: 'https://h:1', tls: UNVERIFIED });
    expect(inFalco('tcp://h')).toMatchObject({ port: 2376 });
    expect(inFalco('http://h:1')).not.toHaveProperty('tls');
  });

  it('takes the files of DOCKER_CERT_PATH', () => {
    env.DOCKER_CERT_PATH = join(home, 'certs');
    expect(inFalco('tcp://h:1')).toEqual({ name: 'https://h:1', host: 'h', port: 1, tls: material });
    expect(inFalco('https://h:1')).toMatchObject({ tls: material });
  });

  it('takes what there is beside the configuration otherwise', async () => {
    await write('.docker/ca.pem', 'own');
    expect(inFalco('https://h')).toMatchObject({ tls: { ca: Buffer.from('own'), ...UNVERIFIED } });
  });

  it('names the file that is missing', async () => {
    env.DOCKER_CERT_PATH = join(home, 'certs');
    await rm(join(home, 'certs/key.pem'));
    expect(() => inFalco('tcp://h:2376')).toThrow(/^cannot read .*certs\/key\.pem \(ENOENT.*correct DOCKER_CERT_PATH$/);
    expect(inFalco('unix:///x')).toMatchObject({ socketPath: '/x' });
  });

  it('is never guessed from another value', () => {
    env.DOCKER_TLS_VERIFY = 'yes';
    expect(() => inFalco('tcp://h:1')).toThrow("DOCKER_TLS_VERIFY is 'yes': set it to 1, or unset it");
    env.DOCKER_TLS_VERIFY = '0';
    expect(inFalco('tcp://h:1')).not.toHaveProperty('tls');
  });
});

describe('what the command line hands to the plugin', () => {
  it('has the current context in the place of live', async () => {
    await write('.docker/config.json', '{"currentContext":"my ctx"}');
    expect(currentContext(env)).toBe('my ctx');
    expect(commandLineParams('', env)).toBe('context:my%20ctx');
    expect(commandLineParams('live?since=1m', env)).toBe('context:my%20ctx?since=1m');
    expect(commandLineParams('unix:///x', env)).toBe('unix:///x');
    expect(commandLineParams('night.db', env)).toBe('night.db');
    expect(commandLineParams('live', { ...env, DOCKER_HOST: 'tcp://h:1' })).toBe('live');
  });

  it('is unchanged without one', () => {
    expect(commandLineParams('', env)).toBe('');
    expect(commandLineParams('live?since=1m', env)).toBe('live?since=1m');
  });
});
