import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dockerd, startDockerd } from '../../scripts/real/dockerd.mjs';
import {
  type Allows,
  haproxy,
  nginx,
  tecnativa,
  wollomatic,
  wollomaticExpressions,
} from '../packaging/support/allow-lists.js';
import { projectPath } from '../support/docktape.js';
import { until } from '../support/processes.js';
import { end, recordedLines, rules, startDocktape } from './support/cli.js';
import { startAndExecute } from './support/containers.js';
import { allowing, ForwardingProxy } from './support/forwarding-proxy.js';
import { Output } from './support/output.js';
import { allRead } from './support/reading.js';
import { library, startSysdig } from './support/sysdig.js';

/** Everything that docktape may ask a daemon for. */
const known = [
  ...['GET /events', 'GET /_ping', 'GET /version', 'GET /info', 'GET /containers/json'],
  ...['GET /containers/ID/json', 'GET /exec/ID/json'],
];
const inspections = known.slice(-2);

const shipped = wollomaticExpressions();
const eventsAlone = shipped.filter((expression) => expression.endsWith('/events'));
const folder = mkdtempSync(join(tmpdir(), 'docktape-requests-'));
let dockerd: Dockerd;

beforeAll(async () => {
  dockerd = await startDockerd();
});
afterAll(async () => {
  await dockerd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.each([
  ['what packaging/socket-proxy lets through', shipped],
  ['/events alone', eventsAlone],
])('behind a proxy for %s', (what, expressions) => {
  test('docktape record records, and asks for nothing else', async () => {
    await behindProxy(expressions, async (proxy) => {
      await recorded(proxy, join(folder, `${expressions.length}.db`));
      // What is refused is asked for once, and here is one container with one exec.
      if (expressions === eventsAlone) expect(inspections.map((kind) => proxy.count(kind))).toEqual([1, 1]);
      else for (const kind of inspections) expect(proxy.kinds).toContain(kind);
    });
  });

  test('docktape record --no-enrich asks what no container is', async () => {
    await behindProxy(expressions, async (proxy) => {
      await recorded(proxy, join(folder, `${expressions.length}-plain.db`), '--no-enrich');
      for (const kind of inspections) expect(proxy.kinds).not.toContain(kind);
    });
  });

  test('docktape live raises alerts, and asks for nothing else', async () => {
    await behindProxy(expressions, async (proxy) => {
      const live = startDocktape('live', proxy.host, '-r', rules);
      try {
        await seen(new Output(live), 'reading events from');
      } finally {
        await end(live);
      }
      expect(live.exitCode).toBe(0);
    });
  });

  test('libdocker.so streams to sysdig, and asks for nothing else', async () => {
    await behindProxy(expressions, async (proxy) => {
      const format = '%docker.action %docker.container.name';
      const client = startSysdig({ openParams: proxy.host, format, bind: [proxy.folder] });
      try {
        await seen(new Output(client));
      } finally {
        await end(client);
      }
    });
  });

  test('docktape doctor asks whether it answers, for events, what runs and what it is, and for nothing else', async () => {
    await behindProxy(expressions, async (proxy) => {
      const doctor = startDocktape('doctor', proxy.host, '--json');
      const output = new Output(doctor);
      await once(doctor, 'close');
      // 2 where no Falco is installed, which is not asked here.
      expect([0, 2], output.errors.map(({ text }) => text).join('\n')).toContain(doctor.exitCode);
    });
  });

  describe.runIf(process.env.DOCKTAPE_FALCO)('with a real Falco', () => {
    test('the configuration of the unit raises alerts, and libdocker.so asks for nothing else', async () => {
      await behindProxy(expressions, async (proxy) => {
        const config = projectPath('packaging/systemd/falco-docker.yaml');
        const here = ['-o', `plugins[0].library_path=${library}`, '-o', `rules_files[0]=${rules}/docker_rules.yaml`];
        const args = ['-c', config, '--enable-source', 'docker', '-U', ...here];
        const env = { ...process.env, DOCKER_HOST: proxy.host };
        const falco = spawn(process.env.DOCKTAPE_FALCO as string, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
        const output = new Output(falco);
        try {
          await seen(output);
        } finally {
          await end(falco);
        }
        expect(falco.exitCode).toBe(0);
        expect(output.lines.some(({ text }) => text.startsWith('{') && text.includes('Container status changed'))).toBe(
          true,
        );
      });
    });
  });

  /** Records a container that somebody executes a command in. */
  async function recorded(proxy: ForwardingProxy, capture: string, ...options: string[]): Promise<void> {
    const recorder = startDocktape('record', capture, '--host', proxy.host, ...options);
    const output = new Output(recorder);
    const recording = () => recordedLines(capture).join('\n');
    try {
      await output.waitFor('reading events from');
      await allRead(dockerd, 'begin', [() => recordedLines(capture)]);
      await executes('recorded');
      await until(() => recording().includes('"Action":"destroy"'), 60_000);
    } finally {
      await end(recorder);
    }
    expect(recorder.exitCode).toBe(0);
    const lines = recording();
    for (const action of ['exec_create: true', 'exec_die', 'destroy']) expect(lines).toContain(`"Action":"${action}`);
  }

  /** Runs something behind a proxy, which must have been asked for the events and for nothing that is not known. */
  async function behindProxy(
    allowed: readonly string[],
    work: (proxy: ForwardingProxy) => Promise<void>,
  ): Promise<void> {
    const proxy = new ForwardingProxy(dockerd.socket, allowing(wollomatic(allowed)));
    await proxy.start();
    try {
      await work(proxy);
    } finally {
      await proxy.stop();
    }
    console.log(`behind a proxy for ${what}: ${proxy.kinds.join(', ')}`);
    expect(proxy.kinds).toContain('GET /events');
    expect(known).toEqual(expect.arrayContaining(proxy.kinds));
    const refusedBy = (allows: Allows) => proxy.asked.filter(({ method, path }) => !allows(method, path));
    for (const [name, allows] of Object.entries({
      wollomatic: wollomatic(shipped),
      haproxy: haproxy(),
      nginx: nginx(),
    })) {
      expect(refusedBy(allows), name).toEqual([]);
    }
    // This one could allow these only along with much that nobody needs.
    expect(refusedBy(tecnativa()).filter(({ path }) => !path.startsWith('/containers/'))).toEqual([]);
  }
});

test.each([
  ['POST', '/containers/create?name=x', 403],
  ['GET', '/containers/c0ffee/logs', 403],
  ['GET', '/containers/c0ffee/json', 404],
  ['GET', '/containers/json', 200],
  ['GET', '/version', 200],
])('the proxy of these tests answers %s %s with %i', async (method, path, status) => {
  const proxy = new ForwardingProxy(dockerd.socket, allowing(wollomatic(shipped)));
  await proxy.start();
  try {
    const asked = request({ socketPath: proxy.socket, method, path, agent: false });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(status);
  } finally {
    await proxy.stop();
  }
});

/** Runs containers until a client has said something of one of them: it may subscribe later than it says it reads. */
async function seen(output: Output, first?: string): Promise<void> {
  if (first !== undefined) await output.waitFor(first);
  for (let attempt = 1; ; attempt++) {
    await happens(`seen-${attempt}`);
    const found = await output.waitFor('seen-', 1000).catch((error: unknown) => {
      if (attempt === 20) throw error;
    });
    if (found) return;
  }
}

/** A container of this name that runs a command, and is removed. */
async function executes(name: string): Promise<void> {
  const container = await startAndExecute(dockerd, { name });
  await container.remove({ force: true });
}

/** Something that the daemon tells: a container of this name that is created and removed. */
async function happens(name: string): Promise<void> {
  await sleep(200);
  const container = await dockerd.docker.createContainer({ name, Image: 'busybox:1', Cmd: ['true'] });
  await container.remove();
  await sleep(200);
}
