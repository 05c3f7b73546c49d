import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '#docktape/docker/endpoint.js';
import { withContext } from '#docktape/docker/enrichment/event-context.js';
import { DaemonFeed } from '#docktape/docker/feed/daemon-feed.js';
import { FakeDaemon, json } from '../../support/fake-daemon.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { containerAnswer, containerId, execAnswer, execId, SECRET } from './support/answers.js';

/** Long enough for a slow machine to answer in, and short enough to wait for. */
const TIMEOUT = 10_000;
const SHORT = 300;

let daemon: FakeDaemon;
let sink: RecordingSink;
let feed: DaemonFeed | undefined;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  sink = new RecordingSink();
});

afterEach(async () => {
  feed?.stop();
  await daemon.remove();
});

async function follow(timeout: number): Promise<(...lines: string[]) => Promise<void>> {
  const endpoint = resolveEndpoint(daemon.address, { useCurrentContext: false });
  feed = new DaemonFeed(endpoint, { onAbsent: 'retry', answerTimeout: 5_000, enrich: { timeout } }, sink);
  feed.start();
  const subscriber = await daemon.subscriber();
  return (...lines) => subscriber.send(lines.join(''));
}

function line(action: string, number: number, attributes = {}): string {
  const Actor = { ID: containerId(number), Attributes: { image: 'busybox:1', name: 'cup', ...attributes } };
  return `${JSON.stringify({ Type: 'container', Action: action, Actor, scope: 'local', time: 1_700_000_000 })}\n`;
}

const inspects = () => daemon.requests.filter((url) => /^\/(containers|exec)\/[0-9a-f]{64}\/json/.test(url));

function answerContainer(number: number, host = {}): void {
  daemon.answer(`/containers/${containerId(number)}/json`, json(200, containerAnswer(containerId(number), host)));
}

describe('the events of a daemon that answers', () => {
  it('have beside them what they are about, and nothing of any value of a variable', async () => {
    answerContainer(1, { Privileged: true, Binds: [`/a:/${SECRET}`] });
    daemon.answer(`/exec/${execId(1)}/json`, json(200, execAnswer(execId(1), containerId(1), { privileged: true })));
    const send = await follow(TIMEOUT);
    const exec = { execID: execId(1) };
    const lines = [line('start', 1), line('exec_create: sh', 1, exec), line('exec_start: sh', 1, exec), line('die', 1)];
    await send(...lines);
    await sink.until(({ count }) => count === 4);
    expect(sink.text).toBe(lines.join(''));
    const host = { name: 'fake', id: FakeDaemon.id, engine: '20.10.24' };
    const container = { privileged: true, env_names: ['PASSWORD', 'PATH'] };
    expect(sink.contexts).toMatchObject([
      { host, container },
      { host, container, exec: { user: 'root', privileged: true, args: ['sh', '-c', 'id'] } },
      { host, container, exec: { user: 'root' } },
      { host, container },
    ]);
    expect(JSON.stringify([sink.contexts, sink.logs])).not.toContain(SECRET);
    expect(inspects()).toHaveLength(2);
    const [batch] = sink.batches;
    const [context] = batch?.contexts ?? [];
    if (!batch || !context) throw new Error('no context');
    const first = batch.lines.subarray(0, batch.lines.indexOf('\n'));
    expect(JSON.parse(withContext(first, context).toString())).toMatchObject({
      Action: 'start',
      docktape: { container },
    });
  });

  it('cause one question about each container in a flood', async () => {
    for (let number = 1; number <= 40; number += 1) answerContainer(number);
    const send = await follow(TIMEOUT);
    const flood = Array.from({ length: 2_000 }, (_, index) => line('die', 1 + (index % 40), { index: String(index) }));
    await send(...flood);
    await sink.until(({ count }) => count === 2_000);
    expect(sink.text).toBe(flood.join(''));
    expect(inspects()).toHaveLength(40);
    expect(sink.inspections).toEqual({ asked: 40, failed: 0, late: 0 });
  });
});

describe('the events of a daemon', () => {
  it('that refuses, as a proxy before it can, go on without, which one line says', async () => {
    for (const number of [1, 2, 3])
      daemon.answer(`/containers/${containerId(number)}/json`, json(403, { message: SECRET }));
    const send = await follow(TIMEOUT);
    await send(line('start', 1));
    await sink.until(({ count }) => count === 1);
    await send(line('start', 2));
    await sink.until(({ count }) => count === 2);
    await send(line('start', 3), line('die', 1));
    await sink.until(({ count }) => count === 4);
    expect(sink.contexts).toMatchObject(Array(4).fill({ lacks: ['container'] }));
    expect(inspects()).toHaveLength(2);
    const texts = sink.logs.map(({ text }) => text).filter((text) => text.includes('GET /containers/ID/json'));
    expect(texts).toEqual([expect.stringContaining('it answered 403')]);
    expect(texts[0]).not.toContain(SECRET);
  });

  it.each([
    ['does not know the container', json(404, { message: 'No such container: x' }), 0],
    ['has no such path', json(404, { message: 'page not found' }), 1],
    ['has a trouble of its own', json(500, { message: SECRET }), 1],
    ['answers with something else', json(200, { message: SECRET }), 1],
    ['cuts the connection', (_: unknown, response: { destroy(): void }) => response.destroy(), 1],
  ])('that %s go on without', async (_, answer, failed) => {
    daemon.answer(`/containers/${containerId(1)}/json`, answer);
    const send = await follow(TIMEOUT);
    await send(line('start', 1), line('die', 1));
    await sink.until(({ count }) => count === 2);
    expect(sink.contexts).toMatchObject(Array(2).fill({ lacks: ['container'] }));
    expect(sink.inspections).toEqual({ asked: 1, failed, late: 0 });
    expect(JSON.stringify(sink.logs)).not.toContain(SECRET);
  });

  it('that never answers, or not to the end, go on when their time is over', async () => {
    daemon.answer(`/containers/${containerId(1)}/json`, () => {});
    daemon.answer(`/containers/${containerId(2)}/json`, (_, response) => response.write('{"Id":'));
    const send = await follow(SHORT);
    await send(line('start', 1), line('start', 2), line('die', 3));
    await sink.until(({ count }) => count === 3);
    expect(sink.contexts).toMatchObject(Array(3).fill({ lacks: ['container'] }));
    expect(sink.inspections.late).toBe(2);
  });

  it('are handed on when the feed is stopped, at once, and nothing follows', async () => {
    daemon.answer(`/containers/${containerId(1)}/json`, () => {});
    const send = await follow(TIMEOUT);
    await send(line('start', 1), line('die', 1));
    await sink.until(({ inspections }) => inspections.asked === 1);
    expect(sink.count).toBe(0);
    feed?.stop();
    expect(sink.count).toBe(2);
    const story = [...sink.story];
    await daemon.leave();
    expect(sink.story).toEqual(story);
  });

  it('all come before its loss is told', async () => {
    daemon.answer(`/containers/${containerId(1)}/json`, () => {});
    const send = await follow(SHORT);
    await send(line('start', 1));
    await sink.until(({ inspections }) => inspections.asked === 1);
    await daemon.leave();
    await sink.until(({ story }) => story.includes('lost'));
    expect(sink.story.slice(0, 3)).toEqual(['connected', 'lines', 'lost']);
  });
});
