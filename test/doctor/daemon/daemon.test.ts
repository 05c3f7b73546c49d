import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkAnswers } from '#docktape/doctor/daemon/answers.js';
import { checkEndpoint } from '#docktape/doctor/daemon/choice.js';
import { checkContainers } from '#docktape/doctor/daemon/containers.js';
import { checkEnrichment } from '#docktape/doctor/daemon/enrichment.js';
import { checkEvents } from '#docktape/doctor/daemon/events.js';
import type { Outcome } from '#docktape/doctor/outcome.js';
import { eventLine, FakeDaemon, json } from '../../support/fake-daemon.js';

const { signal } = new AbortController();

/** What asks whether the daemon would say what containers and execs are. */
const nobody = `/containers/${'0'.repeat(64)}/json`;
const noExec = `/exec/${'0'.repeat(64)}/json`;

describe('which daemon', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'docktape-home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  function context(name: string, host: string): void {
    const folder = join(home, '.docker/contexts/meta', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }));
  }

  const found = (address: string, env: Record<string, string> = {}) =>
    checkEndpoint(address, { HOME: home, ...env }).outcome.found;

  test('01 says why it is this one', () => {
    context('far', 'tcp://far:2375');
    expect(found('live')).toBe('unix:///var/run/docker.sock, the default');
    expect(found('live', { DOCKER_HOST: 'unix:///run/a.sock' })).toBe('unix:///run/a.sock, which DOCKER_HOST names');
    expect(found('live', { DOCKER_CONTEXT: 'far' })).toBe(
      'tcp://far:2375, the Docker context far, which DOCKER_CONTEXT names',
    );
    writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'far' }));
    expect(found('live')).toBe('tcp://far:2375, the current Docker context, far');
    expect(found('unix:///run/b.sock')).toBe('unix:///run/b.sock, as named');
    expect(found('context:far')).toBe('tcp://far:2375, where this Docker context is');
  });

  test('02 an address that is none is a problem, and a password in it is not told', () => {
    const { outcome, endpoint } = checkEndpoint('live', { HOME: home, DOCKER_HOST: 'tcp://ann:secret@far:2375' });
    expect(outcome).toMatchObject({
      status: 'problem',
      found: expect.stringContaining("'tcp://…@far:2375' is not a daemon's"),
    });
    expect(endpoint).toBeUndefined();
    expect(found('context:none')).toContain("there is no Docker context 'none'");
  });
});

describe('a daemon that', () => {
  let daemon: FakeDaemon;
  beforeEach(async () => {
    daemon = await FakeDaemon.start();
    daemon.answer('/_ping', (_, response) => response.end('OK'));
  });
  afterEach(() => daemon.remove());

  const endpoint = () => ({ name: daemon.address, socketPath: daemon.socketPath });
  const answers = (timeout?: number) => checkAnswers(endpoint(), signal, timeout);
  const events = (timeout?: number) => checkEvents(endpoint(), signal, timeout);
  const containers = (timeout?: number) => checkContainers(endpoint(), signal, timeout);
  const enrichment = (timeout?: number) => checkEnrichment(endpoint(), signal, timeout);
  const silent = (): void => {};

  test('01 answers says which it is', async () => {
    expect(await answers()).toEqual({ status: 'ok', found: 'Docker 20.10.24, API 1.41' });
  });

  test('02 accepts and never answers is a problem within the limit', async () => {
    daemon.answer('/_ping', silent);
    expect(await answers(200)).toMatchObject({ status: 'problem', found: `${daemon.address}: no answer within 0.2 s` });
    daemon.answer('/events', silent);
    expect(await events(200)).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('no answer within 0.2 s'),
    });
  });

  test('03 is behind a proxy that lets only events through is fine', async () => {
    for (const path of ['/_ping', '/version', '/info']) daemon.answer(path, json(403, { message: 'forbidden' }));
    expect(await answers()).toMatchObject({
      status: 'ok',
      found: 'it answers, but does not say which version it is',
      advice: 'a proxy may be in between',
    });
  });

  test('04 is in trouble is a problem', async () => {
    daemon.answer('/_ping', json(500, { message: 'no space left' }));
    expect(await answers()).toMatchObject({
      status: 'problem',
      found: `${daemon.address}: it answered 500: no space left`,
    });
  });

  test('05 is not there, or is no daemon, is a problem', async () => {
    await daemon.leave();
    expect(await answers()).toMatchObject({ status: 'problem', found: `${daemon.address}: there is no such socket` });
    expect(await events()).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('there is no such socket'),
    });
  });

  test('06 remembers events says how many, and shows no attribute of them', async () => {
    const listening = events();
    const subscriber = await daemon.subscriber();
    const seconds = BigInt(Math.floor(Date.now() / 1000));
    expect(Number(subscriber.query?.get('since'))).toBeCloseTo(Number(seconds) - 3600, -2);
    await subscriber.send(
      eventLine('exec_start: curl --token hunter2', (seconds - 300n) * 1_000_000_000n) +
        eventLine('die', (seconds - 30n) * 1_000_000_000n, { password: 'hunter2' }),
    );
    const { status, found } = await listening;
    expect(status).toBe('ok');
    expect(found).toMatch(
      /^the stream is open; it remembers 2 of the last hour, the latest \(container die\) from 3\d s ago, and none came within a second$/,
    );
    await subscriber.gone();
  });

  test('07 says something meanwhile has given a real event', async () => {
    const listening = events();
    const subscriber = await daemon.subscriber();
    await subscriber.send(eventLine('exec_start: curl --token hunter2', BigInt(Date.now() + 500) * 1_000_000n));
    expect((await listening).found).toBe(
      'one came within a second (container exec_start); it remembers none of the last hour',
    );
    await subscriber.gone();
  });

  test('08 has nothing to say at least keeps the stream open', async () => {
    const listening = events();
    await daemon.subscriber();
    expect(await listening).toEqual({
      status: 'ok',
      found: 'the stream is open; it remembers none of the last hour, and none came within a second',
    });
  });

  test('09 ends the stream at once, or cuts it, is a problem', async () => {
    const ends = events();
    (await daemon.subscriber()).end();
    expect(await ends).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('does not keep the stream open'),
    });
    const cuts = events();
    (await daemon.subscriber()).cut();
    expect(await cuts).toMatchObject({ status: 'problem', found: expect.stringContaining('the connection was cut') });
  });

  test('10 sends something else is a problem', async () => {
    const listening = events();
    await (await daemon.subscriber()).send('<html>\n');
    expect(await listening).toMatchObject({ status: 'problem', found: `what ${daemon.address} sends are no events` });
  });

  test('11 refuses events is a problem', async () => {
    daemon.answer('/events', json(403, { message: 'not for you' }));
    expect(await events()).toMatchObject({
      status: 'problem',
      found: expect.stringContaining('it answered 403: not for you'),
    });
  });

  test('12 is asked by GET alone, and only for what a proxy must allow', async () => {
    await answers();
    const listening = events();
    await daemon.subscriber();
    await listening;
    await containers();
    daemon.answer(nobody, json(404, { message: `No such container: ${'0'.repeat(64)}` }));
    await enrichment();
    const paths = daemon.requests.map((url) => url.split('?')[0]);
    expect(new Set(paths)).toEqual(
      new Set(['/_ping', '/version', '/info', '/events', '/containers/json', nobody, noExec]),
    );
  });

  test('13 is let go when the signal comes', async () => {
    daemon.answer('/_ping', silent);
    const stop = new AbortController();
    daemon.answer('/containers/json', silent);
    daemon.answer(nobody, silent);
    const pending: Promise<Outcome>[] = [checkAnswers, checkEvents, checkContainers, checkEnrichment].map((check) =>
      check(endpoint(), stop.signal),
    );
    const subscriber = await daemon.subscriber();
    stop.abort(new Error('enough'));
    for (const one of pending) await expect(one).rejects.toThrow('enough');
    await subscriber.gone();
  });

  test.each([
    [[], 'none run'],
    [[{ Id: 'a', State: 'running' }], 'one runs'],
    [[{ Id: 'a' }, { Id: 'b' }], '2 run'],
  ])('14 lists %j says how many run', async (list, found) => {
    daemon.answer('/containers/json', json(200, list));
    expect(await containers()).toEqual({ status: 'ok', found });
  });

  test('15 does not tell which containers run is fine', async () => {
    daemon.answer('/containers/json', json(403, { message: 'forbidden' }));
    expect(await containers()).toEqual({
      status: 'ok',
      found: 'not told: it answered 403: forbidden',
      advice: expect.stringContaining('allow GET /containers/json'),
    });
    daemon.answer('/containers/json', silent);
    expect(await containers(200)).toMatchObject({ status: 'not checked', found: 'no answer within 0.2 s' });
  });

  test.each([
    [`No such container: ${'0'.repeat(64)}`, `No such exec instance: ${'0'.repeat(64)}`],
    // Podman 4.3
    [
      `no container with name or ID "${'0'.repeat(64)}" found: no such container`,
      `no exec session with ID ${'0'.repeat(64)} found: no such exec session`,
    ],
  ])('16 knows no such container (%s) would tell of one', async (container, exec) => {
    daemon.answer(nobody, json(404, { message: container }));
    daemon.answer(noExec, json(404, { message: exec }));
    expect(await enrichment()).toEqual({ status: 'ok', found: 'it tells what containers and execs are' });
  });

  test('17 has a container of that name tells of one', async () => {
    daemon.answer(nobody, json(200, { Id: 'c0ffee' }));
    daemon.answer(noExec, json(404, { message: 'No such exec instance' }));
    expect((await enrichment()).found).toBe('it tells what containers and execs are');
  });

  test('18 does not tell what containers are is fine, and so is a proxy that knows no such path', async () => {
    daemon.answer(nobody, json(403, { message: 'forbidden' }));
    daemon.answer(noExec, json(404, { message: 'No such exec instance' }));
    expect(await enrichment()).toEqual({
      status: 'ok',
      found: 'not told what containers are: it answered 403: forbidden',
      advice: expect.stringContaining('allow GET /containers/ID/json (docs/deploy.md'),
    });
    daemon.answer(nobody, json(404, { message: 'page not found' }));
    daemon.answer(noExec, json(404, { message: 'page not found' }));
    expect(await enrichment()).toEqual({
      status: 'ok',
      found: 'not told what containers and execs are: it answered 404: page not found',
      advice: expect.stringContaining('allow GET /containers/ID/json and /exec/ID/json (docs/deploy.md'),
    });
  });

  test('19 does not answer what containers are has not been checked', async () => {
    daemon.answer(nobody, silent);
    expect(await enrichment(200)).toMatchObject({ status: 'not checked', found: 'no answer within 0.2 s' });
    daemon.answer(nobody, json(500, { message: 'no space left' }));
    expect(await enrichment()).toMatchObject({ status: 'not checked', found: 'it answered 500: no space left' });
  });
});
