import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { DaemonFeed } from '#docktape/docker/feed/daemon-feed.js';
import { eventLine, FakeDaemon } from '../support/fake-daemon.js';
import { RecordingSink } from '../support/recording-sink.js';

const CERTIFICATES = fileURLToPath(new URL('../support/tls', import.meta.url));
const pem = (file: string) => readFileSync(`${CERTIFICATES}/${file}`);
const SERVER = { ca: pem('ca.pem'), cert: pem('cert.pem'), key: pem('key.pem'), requestCert: true };

let daemon: FakeDaemon;
let sink: RecordingSink;
let feed: DaemonFeed | undefined;

beforeEach(async () => {
  daemon = await FakeDaemon.absent();
  sink = new RecordingSink();
});

afterEach(async () => {
  feed?.stop();
  await daemon.remove();
});

function follow(address: string, env: Readonly<Record<string, string>> = {}): void {
  const endpoint = resolveEndpoint(address, { useCurrentContext: false, env: { HOME: '/nonexistent', ...env } });
  feed = new DaemonFeed(endpoint, { onAbsent: 'fail' }, sink);
  feed.start();
}

async function expectAnEvent(): Promise<void> {
  await (await daemon.subscriber()).send(eventLine('start', 1n));
  await sink.until(() => sink.count === 1);
}

describe('a daemon on the network', () => {
  it.each(['127.0.0.1', '::1'] as const)('at %s', async (host) => {
    follow(`tcp://${await daemon.listenOnNetwork(host)}`);
    await expectAnEvent();
  });

  it('with TLS and a client certificate', async () => {
    const address = await daemon.listenOnNetwork('127.0.0.1', { ...SERVER, rejectUnauthorized: true });
    follow(`tcp://${address}`, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: CERTIFICATES });
    await expectAnEvent();
  });

  it('with a certificate that is not trusted is an error', async () => {
    follow(`https://${await daemon.listenOnNetwork('127.0.0.1', { ...SERVER, rejectUnauthorized: false })}`);
    await sink.until(() => sink.error !== undefined);
    expect(sink.error?.message).toMatch(/: no trusted TLS connection \(.*\): check ca\.pem, cert\.pem and key\.pem/);
    expect(daemon.requests).toEqual([]);
  });

  it('without TLS where it is asked for is an error', async () => {
    follow(`https://${await daemon.listenOnNetwork('127.0.0.1')}`);
    await sink.until(() => sink.error !== undefined);
    expect(sink.error?.message).toMatch(/: no trusted TLS connection \(.*\): check /);
  });

  it('is not mixed up with the one that the environment names', async () => {
    const saved = { ...process.env };
    try {
      Object.assign(process.env, { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_CERT_PATH: '/nonexistent' });
      await daemon.listen();
      follow(daemon.address);
      await expectAnEvent();
      expect(process.env.DOCKER_HOST).toBe('tcp://127.0.0.1:1');
    } finally {
      process.env = saved;
    }
  });
});
