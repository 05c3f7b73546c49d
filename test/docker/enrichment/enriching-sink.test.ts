import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoAnswerError } from '#docktape/docker/daemon-client.js';
import { EnrichingSink } from '#docktape/docker/enrichment/enriching-sink.js';
import { batchOf } from '#docktape/docker/event-time.js';
import type { Incident } from '#docktape/docker/incident.js';
import { DocktapeError } from '#docktape/errors.js';
import { RecordingSink } from '../../support/recording-sink.js';
import { containerAnswer, containerId, execAnswer, execId } from './support/answers.js';
import { ModelClient } from './support/model-client.js';

const TIMEOUT = 200;
const host = { name: 'box', id: 'D:1', engine: '28.0' };
const daemon = { endpoint: 'unix:///d.sock', hostName: 'box', daemonId: 'D:1', engine: '28.0' };
const origin = { endpoint: 'unix:///d.sock', daemonId: 'D:1' };

let client: ModelClient;
let sink: RecordingSink;
let enriching: EnrichingSink;

beforeEach(() => {
  vi.useFakeTimers();
  client = new ModelClient();
  sink = new RecordingSink();
  enriching = newSink(TIMEOUT);
  enriching.connected(daemon);
});

afterEach(() => {
  enriching.stop();
  vi.useRealTimers();
});

function newSink(timeout: number, redact?: (context: Buffer) => Buffer): EnrichingSink {
  return new EnrichingSink(sink, { client, endpoint: 'unix:///d.sock' }, { timeout, ...(redact ? { redact } : {}) });
}

/** A line of an event, without its newline. */
function event(action: string, id = containerId(1), attributes = {}, type = 'container'): string {
  const actor = { ID: id, Attributes: { image: 'busybox:1', name: 'cup', ...attributes } };
  return JSON.stringify({ Type: type, Action: action, Actor: actor, scope: 'local', time: 1 });
}

const execEvent = (action: string, exec = execId(1), id = containerId(1)) => event(action, id, { execID: exec });

/** Tells of lines as of one batch. */
function lines(...texts: string[]): void {
  enriching.lines(batchOf(Buffer.from(texts.map((text) => `${text}\n`).join('')), 0n));
}

/** The actions that were handed on, in order, of one batch each. */
const actions = () =>
  sink.batches.map((batch) =>
    batch.lines
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).Action),
  );

const containerPath = (number = 1) => `/containers/${containerId(number)}/json`;
const execPath = (number = 1) => `/exec/${execId(number)}/json`;

/** What a question is answered by, or whoever waits for it, goes through some promises. */
const settle = () => vi.advanceTimersByTimeAsync(0);

async function answerContainer(number = 1, hostConfig = {}): Promise<void> {
  client.question(containerPath(number)).answer(containerAnswer(containerId(number), hostConfig));
  await settle();
}

/** Makes a container known. */
async function know(number = 1): Promise<void> {
  lines(event('start', containerId(number)));
  await answerContainer(number);
  sink.batches.length = 0;
  client.asked.length = 0;
}

describe('an event', () => {
  it('waits for the answer about its container, and has it', async () => {
    lines(event('start'));
    expect(client.paths).toEqual([containerPath()]);
    expect(sink.batches).toEqual([]);
    await answerContainer(1, { Privileged: true });
    expect(sink.contexts).toMatchObject([{ host, container: { privileged: true, user: 'root' } }]);
    expect(sink.contexts[0]).not.toHaveProperty('lacks');
    expect(sink.inspections).toEqual({ asked: 1, failed: 0, late: 0 });
  });

  it('of anything else has its host, and goes through at once as it came', () => {
    const batch = batchOf(Buffer.from(`${event('connect', 'net', {}, 'network')}\n${event('prune', '')}\n`), 0n);
    enriching.lines(batch);
    expect(sink.batches[0]?.lines).toBe(batch.lines);
    expect(sink.batches[0]?.times).toBe(batch.times);
    expect(sink.contexts).toEqual([{ host }, { host }]);
    expect(client.asked).toEqual([]);
  });

  it('that could not take a context has none', () => {
    lines('no event at all', '{}', '}');
    expect(sink.batches).toHaveLength(1);
    expect(sink.contexts).toEqual([undefined, undefined, undefined]);
  });

  it('has no context when nothing is known, not even of the host', () => {
    enriching = newSink(TIMEOUT);
    enriching.connected({ endpoint: 'unix:///d.sock' });
    lines(event('pull', 'busybox:1', {}, 'image'));
    expect(sink.batches[0]).not.toHaveProperty('contexts');
  });

  it('of a known container goes through in the same call', async () => {
    await know();
    const batch = batchOf(Buffer.from(`${event('die')}\n${event('kill')}\n`), 0n);
    enriching.lines(batch);
    expect(sink.batches[0]?.lines).toBe(batch.lines);
    expect(sink.contexts).toMatchObject([{ container: { user: 'root' } }, { container: { user: 'root' } }]);
    expect(client.asked).toEqual([]);
  });

  it('has the same object as others of which the same is known', async () => {
    await know();
    lines(event('die'), event('kill'), event('connect', 'net', {}, 'network'));
    lines(event('attach'), event('disconnect', 'net', {}, 'network'));
    const [first, second] = sink.batches.map(({ contexts }) => contexts);
    expect(first?.[0]).toBe(first?.[1]);
    expect(first?.[0]).toBe(second?.[0]);
    expect(first?.[2]).toBe(second?.[1]);
  });

  it('that changes a container is asked about again, and the answer from before does not count', async () => {
    await know();
    lines(event('update'));
    expect(client.paths).toEqual([containerPath()]);
    lines(event('rename'));
    expect(client.paths).toEqual([containerPath()]);
    await answerContainer(1, { Runtime: 'first' });
    expect(actions()).toEqual([['update']]);
    expect(client.paths).toEqual([containerPath(), containerPath()]);
    await answerContainer(1, { Runtime: 'second' });
    expect(sink.contexts).toMatchObject([{ container: { runtime: 'first' } }, { container: { runtime: 'second' } }]);
  });

  it('shares a question that was not asked before it came', async () => {
    lines(event('create'), event('start'), event('attach'));
    expect(client.paths).toEqual([containerPath()]);
    await answerContainer();
    expect(actions()).toEqual([['create', 'start', 'attach']]);
    expect(client.paths).toHaveLength(1);
  });

  it('of a container that is gone has what was known, which is forgotten then', async () => {
    await know();
    lines(event('destroy'));
    expect(sink.contexts).toMatchObject([{ container: { user: 'root' } }]);
    lines(event('die'));
    expect(client.paths).toEqual([containerPath()]);
  });

  it('that ends an unknown container asks nothing', () => {
    lines(event('destroy'), event('remove', containerId(2)));
    expect(sink.contexts).toEqual([{ host }, { host }]);
    expect(client.asked).toEqual([]);
  });

  it('of a container that ended before anybody could ask lacks it, and nobody asks', () => {
    lines(event('create'), event('start'), event('die'), event('destroy'));
    expect(client.asked).toEqual([]);
    expect(sink.contexts).toEqual(Array(4).fill({ host, lacks: ['container'] }));
  });

  it('whose ID is none is not asked about', () => {
    const none = ['../../info', 'a?b', 'cup', 'c0ffee', containerId(1).toUpperCase(), `${containerId(1)}0`];
    lines(...none.map((id) => event('start', id)));
    expect(client.asked).toEqual([]);
    expect(sink.contexts).toEqual(none.map(() => ({ host, lacks: ['container'] })));
  });

  it('has what is left of its context when something is taken out of it', async () => {
    enriching = newSink(TIMEOUT, (context) => Buffer.from(context.toString().replaceAll('root', '***')));
    enriching.connected(daemon);
    lines(event('start'));
    await answerContainer();
    expect(sink.contexts).toMatchObject([{ container: { user: '***' } }]);
  });
});

describe('an exec', () => {
  it('is asked about when it is created, and told until it ends', async () => {
    await know();
    lines(execEvent('exec_create: sh'), execEvent('exec_start: sh'));
    expect(client.paths).toEqual([execPath()]);
    client.question(execPath()).answer(execAnswer(execId(1), containerId(1), { user: 'nobody', privileged: true }));
    await settle();
    lines(execEvent('exec_die'), execEvent('exec_start: sh'));
    const exec = { user: 'nobody', privileged: true, tty: false, args: ['sh', '-c', 'id'] };
    expect(sink.contexts).toMatchObject([{ exec }, { exec }, { exec }]);
    const [created, ended] = sink.batches.map(({ contexts }) => contexts?.[0]);
    expect(created).toBe(ended);
    expect(client.paths).toEqual([execPath(), execPath()]);
  });

  it('is run by the user of the container when nobody is named, if that one is known', async () => {
    lines(execEvent('exec_create: sh'));
    client.question(execPath()).answer(execAnswer(execId(1), containerId(1)));
    client.question(containerPath()).answer(containerAnswer(containerId(1), {}, { User: 'www' }));
    await settle();
    lines(execEvent('exec_create: sh', execId(2), containerId(2)));
    client.question(execPath(2)).answer(execAnswer(execId(2), containerId(2)));
    client.question(containerPath(2)).refuse(500, 'no');
    await settle();
    expect(sink.contexts).toMatchObject([{ exec: { user: 'www' } }, { lacks: ['container'] }]);
    expect(sink.contexts[1]).toMatchObject({ exec: { privileged: false } });
    expect(sink.contexts[1]).not.toMatchObject({ exec: { user: expect.anything() } });
  });

  it('of another container, for which a label has put its ID, is not taken for it', async () => {
    await know();
    lines(execEvent('exec_create: sh', execId(7)));
    client.question(execPath(7)).answer(execAnswer(execId(7), containerId(2)));
    await settle();
    expect(sink.contexts).toMatchObject([{ host, container: { user: 'root' }, lacks: ['exec'] }]);
    expect(sink.contexts[0]).not.toHaveProperty('exec');
  });

  it('without a name, or with one that is none, is lacking, and an unknown one that ends is not', async () => {
    await know();
    lines(event('exec_create: sh'), execEvent('exec_create: sh', 'xyz'), execEvent('exec_die', execId(9)));
    expect(client.asked).toEqual([]);
    expect(sink.contexts.map((context) => Reflect.get(Object(context), 'lacks'))).toEqual([
      ['exec'],
      ['exec'],
      undefined,
    ]);
  });
});

describe('what is kept of execs', () => {
  it('is bounded, with all of the container that their contexts have', async () => {
    client.onAsked = ({ path, answer }) => {
      const [, kind, id = ''] = path.split('/');
      const mounts = [{ Type: 'bind', Source: `/${'x'.repeat(4 * 1024 * 1024)}`, Destination: '/x', RW: true }];
      const container = containerAnswer(containerId(1), {}, {}, { Mounts: mounts });
      answer(kind === 'exec' ? execAnswer(id, containerId(1)) : container);
    };
    for (let number = 0; number < 20; number += 1) {
      lines(execEvent('exec_create: sh', execId(number)));
      await settle();
    }
    client.asked.length = 0;
    lines(...[19, 10, 0].map((number) => execEvent('exec_start: sh', execId(number))));
    expect(client.paths).toEqual([execPath(0)]);
    await settle();
  });
});

describe('the time that an event waits', () => {
  it('is its budget, counted from when it came; the late answer serves later events', async () => {
    lines(event('start'));
    await vi.advanceTimersByTimeAsync(TIMEOUT - 1);
    expect(sink.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(sink.contexts).toEqual([{ host, lacks: ['container'] }]);
    await answerContainer();
    lines(event('die'));
    expect(sink.contexts[1]).toMatchObject({ container: { user: 'root' } });
    expect(sink.contexts[1]).not.toHaveProperty('lacks');
    expect(sink.inspections).toEqual({ asked: 1, failed: 0, late: 1 });
  });

  it('is not longer for what comes behind', async () => {
    lines(event('start'));
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2);
    lines(event('start', containerId(2)), event('connect', 'net', {}, 'network'));
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2 + 1);
    expect(actions()).toEqual([['start']]);
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2);
    expect(actions()).toEqual([['start'], ['start', 'connect']]);
    expect(sink.inspections.late).toBe(2);
  });

  it('leaves what an earlier answer said, beside what is lacking', async () => {
    await know();
    lines(event('update'));
    await vi.advanceTimersByTimeAsync(TIMEOUT + 1);
    lines(event('kill'));
    expect(sink.contexts).toMatchObject(Array(1).fill({ container: { user: 'root' }, lacks: ['container'] }));
    await answerContainer(1, { Runtime: 'new' });
    lines(event('die'));
    expect(sink.contexts.at(-1)).toMatchObject({ container: { runtime: 'new' } });
    expect(sink.contexts.at(-1)).not.toHaveProperty('lacks');
  });

  it('can be none at all', async () => {
    enriching = newSink(0);
    enriching.connected(daemon);
    lines(event('start'), event('die'));
    expect(sink.contexts).toEqual(Array(2).fill({ host, lacks: ['container'] }));
    await answerContainer();
    lines(event('kill'));
    expect(sink.contexts[2]).toMatchObject({ container: { user: 'root' } });
  });

  it('ends when more is held than there is room for, with the oldest first', () => {
    const big = { pad: 'x'.repeat(24 * 1024 * 1024) };
    for (const number of [1, 2]) lines(event('start', containerId(number), big));
    expect(sink.batches).toHaveLength(0);
    lines(event('start', containerId(3), big));
    expect(sink.batches).toHaveLength(1);
    expect(sink.inspections.late).toBe(1);
  });
});

describe('the order of the stream', () => {
  it('is kept, in batches that are as large as can be', async () => {
    lines(event('die', 'net', {}, 'network'), event('start'), event('a', 'net', {}, 'network'), event('die'));
    lines(event('start', containerId(2)), event('b', 'net', {}, 'network'));
    expect(actions()).toEqual([['die']]);
    await answerContainer(2);
    expect(actions()).toEqual([['die']]);
    await answerContainer(1);
    expect(actions()).toEqual([['die'], ['start', 'a', 'die'], ['start', 'b']]);
    expect(sink.count).toBe(6);
  });

  it('holds back all that happens, not only lines', async () => {
    lines(event('start'));
    const lost: Incident = { kind: 'lost', ...origin, reason: 'why', time: 1n };
    enriching.incident(lost);
    enriching.waiting('why');
    enriching.connected(daemon);
    enriching.incident({ kind: 'back', ...origin, time: 2n });
    lines(event('pull', 'busybox:1', {}, 'image'));
    expect(sink.story).toEqual(['connected']);
    await answerContainer();
    expect(sink.story).toEqual(['connected', 'lines', 'lost', 'waiting', 'connected', 'back', 'lines']);
    expect(sink.incidents[0]).toBe(lost);
  });

  it('has each event with the host from which it came', async () => {
    lines(event('start'));
    enriching.connected({ ...daemon, hostName: 'other' });
    lines(event('pull', 'busybox:1', {}, 'image'));
    await answerContainer();
    expect(sink.contexts).toMatchObject([{ host: { name: 'box' } }, { host: { name: 'other' } }]);
  });

  it.each([
    ['a failure', () => enriching.failed(new DocktapeError('DAEMON', 'why')), ['lines', 'lost', 'failed']],
    ['being stopped', () => enriching.stop(), ['lines', 'lost']],
  ])('is kept at %s, which hands on all that is held', async (_, end, story) => {
    lines(event('start'), event('die'));
    enriching.incident({ kind: 'lost', ...origin, reason: 'why', time: 1n });
    end();
    expect(sink.story.slice(1)).toEqual(story);
    expect(sink.contexts).toEqual(Array(2).fill({ host, lacks: ['container'] }));
    expect(client.open.size).toBe(0);
    await vi.runAllTimersAsync();
    expect(vi.getTimerCount()).toBe(0);
    expect(sink.story.slice(1)).toEqual(story);
    expect(sink.logs).toEqual([]);
  });

  it('is kept at the end, which waits for its turn', async () => {
    lines(event('start'), event('die'));
    enriching.ended();
    expect(sink.story).toEqual(['connected']);
    await answerContainer();
    expect(sink.story).toEqual(['connected', 'lines', 'ended']);
    expect(sink.contexts).toMatchObject(Array(2).fill({ host, container: { user: 'root' } }));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is kept at the end when no answer comes, and asks nothing afterwards', async () => {
    for (let number = 1; number <= 20; number += 1) lines(event('start', containerId(number)));
    enriching.ended();
    await vi.advanceTimersByTimeAsync(TIMEOUT + 1);
    expect(sink.story.at(-1)).toBe('ended');
    expect(sink.count).toBe(20);
    expect(client.open.size).toBe(0);
    await vi.runAllTimersAsync();
    expect(sink.story.filter((what) => what === 'ended')).toHaveLength(1);
    expect(client.paths).toHaveLength(8);
  });

  it('is kept when whoever takes an event stops it all', () => {
    const taken: string[] = [];
    const take = sink.lines.bind(sink);
    sink.lines = (batch) => {
      taken.push(batch.lines.toString());
      take(batch);
      enriching.stop();
    };
    const all = [event('a', 'net', {}, 'network'), event('start'), event('b', 'net', {}, 'network')];
    lines(...all);
    expect(taken.join('')).toBe(all.map((line) => `${line}\n`).join(''));
    expect(client.asked).toEqual([]);
  });
});

describe('what comes while it is found out which daemon it is', () => {
  const other = { ...daemon, daemonId: 'D:2', hostName: 'other' };
  const pull = event('pull', 'busybox:1', {}, 'image');

  it('has the host of the daemon that it turns out to be, in its turn', async () => {
    enriching.identifying();
    enriching.connected(daemon);
    lines(pull);
    expect(sink.count).toBe(0);
    enriching.connected(other);
    enriching.identified(other);
    lines(pull);
    expect(sink.story).toEqual(['connected', 'connected', 'lines', 'connected', 'lines']);
    expect(sink.contexts).toMatchObject(Array(2).fill({ host: { name: 'other', id: 'D:2' } }));
  });

  it('has no host when that takes longer than it may wait, and what comes later has', async () => {
    enriching.identifying();
    enriching.connected(daemon);
    lines(pull);
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2);
    lines(pull);
    await vi.advanceTimersByTimeAsync(TIMEOUT / 2 + 1);
    expect(sink.count).toBe(1);
    enriching.identified(other);
    expect(sink.contexts).toMatchObject([undefined, { host: { name: 'other' } }]);
  });

  it('has no host when nobody finds it out before the next daemon', () => {
    enriching.identifying();
    lines(pull);
    enriching.identifying();
    lines(pull);
    enriching.identified(other);
    expect(sink.contexts).toMatchObject([undefined, { host: { name: 'other' } }]);
  });

  it('is asked about, whatever becomes of the questions about what the daemon before had', async () => {
    await know();
    lines(event('update'));
    for (let number = 11; number <= 20; number += 1) lines(event('start', containerId(number)));
    enriching.identifying();
    lines(event('start', containerId(2)), event('die', containerId(2)));
    enriching.incident({ kind: 'missed', ...origin, change: 'start', container: containerId(3), time: 1n });
    enriching.identified(other);
    await answerContainer(1, { Runtime: 'new' });
    expect(sink.contexts).toMatchObject([{ host, container: { runtime: 'new' } }]);
    for (let number = 11; number <= 17; number += 1) await answerContainer(number);
    await answerContainer(2);
    await answerContainer(3);
    const containers = sink.contexts.map((context) => Object.keys(Object(context)));
    expect(containers).toEqual([
      ...Array(8).fill(['host', 'container']),
      ...Array(3).fill(['host', 'lacks']),
      ...Array(2).fill(['host', 'container']),
    ]);
    expect(sink.contexts.at(-1)).toMatchObject({ host: { name: 'other' } });
    expect(Reflect.get(sink.incidents[0] ?? {}, 'context').json.toString()).toContain('"name":"other"');
  });

  it('is handed on when all is stopped', () => {
    enriching.identifying();
    lines(event('start'), pull);
    enriching.stop();
    expect(sink.contexts).toEqual([{ lacks: ['container'] }, undefined]);
    expect(client.asked).toEqual([]);
  });
});

describe('what must have happened in a gap', () => {
  const missed = (change: 'start' | 'die'): Incident => ({
    kind: 'missed',
    ...origin,
    change,
    container: containerId(1),
    time: 1n,
  });

  it('is told with the container that it is about, which a start makes worth a new question', async () => {
    enriching.incident(missed('die'));
    await answerContainer();
    enriching.incident(missed('die'));
    expect(client.paths).toHaveLength(1);
    enriching.incident(missed('start'));
    expect(client.paths).toHaveLength(2);
    await answerContainer(1, { Privileged: true });
    const contexts = sink.incidents.map((incident) => JSON.parse(Reflect.get(incident, 'context').json.toString()));
    expect(contexts).toMatchObject([false, false, true].map((privileged) => ({ host, container: { privileged } })));
  });

  it('is told without when nobody knows', async () => {
    enriching.incident(missed('start'));
    await vi.advanceTimersByTimeAsync(TIMEOUT + 1);
    expect(Reflect.get(sink.incidents[0] ?? {}, 'context').json.toString()).toContain('"lacks":["container"]');
    expect(sink.inspections.late).toBe(1);
  });
});

describe('questions', () => {
  it('are few at a time, and one about each container in a flood', async () => {
    client.onAsked = ({ path, answer }) => setTimeout(() => answer(containerAnswer(path.split('/')[2] ?? '')), 5);
    for (let round = 0; round < 5; round += 1) {
      for (let number = 0; number < 200; number += 1)
        lines(event('die', containerId(number)), event('kill', containerId(number)));
    }
    await vi.advanceTimersByTimeAsync(150);
    expect(client.mostOpen).toBe(8);
    expect(client.asked).toHaveLength(200);
    expect(new Set(client.paths).size).toBe(200);
    expect(sink.count).toBe(2_000);
    expect(sink.inspections).toEqual({ asked: 200, failed: 0, late: 0 });
  });

  it('that events wait for are asked before those that came too late', async () => {
    for (let number = 1; number <= 20; number += 1) lines(event('start', containerId(number)));
    await vi.advanceTimersByTimeAsync(TIMEOUT + 1);
    lines(event('start', containerId(21)));
    await answerContainer(1);
    expect(client.paths.at(-1)).toBe(containerPath(21));
    await answerContainer(21);
    expect(client.paths.at(-1)).toBe(containerPath(9));
  });

  it('are of a bounded number of containers', async () => {
    client.onAsked = ({ path, answer }) => answer(containerAnswer(path.split('/')[2] ?? ''));
    const all = Array.from({ length: 10_100 }, (_, number) => number);
    lines(...all.map((number) => event('die', containerId(number))));
    await settle();
    await vi.waitFor(() => expect(sink.count).toBe(10_100));
    client.asked.length = 0;
    lines(...all.slice(-10_000).map((number) => event('die', containerId(number))));
    expect(client.asked).toEqual([]);
    lines(event('die', containerId(0)));
    expect(client.paths).toEqual([containerPath(0)]);
  });

  it('about what is gone have no answer, and nobody hears of it', async () => {
    await know();
    lines(event('start'), execEvent('exec_create: sh'));
    client.question(containerPath()).refuse(404, `No such container: ${containerId(1)}`);
    client.question(execPath()).refuse(404, `No such exec instance: ${execId(1)}`);
    await settle();
    lines(event('die'));
    expect(sink.contexts).toMatchObject([
      { container: { user: 'root' }, lacks: ['container'] },
      { container: { user: 'root' }, lacks: ['container', 'exec'] },
      { container: { user: 'root' }, lacks: ['container'] },
    ]);
    expect(sink.logs).toEqual([]);
    expect(sink.inspections.failed).toBe(0);
    expect(client.paths).toHaveLength(2);
  });

  it.each([
    [403, 'forbidden'],
    [401, ''],
    [404, 'page not found'],
    [405, 'method not allowed'],
  ])('that are refused with %i are not asked again on this connection, which one line says', async (status, text) => {
    for (let number = 1; number <= 12; number += 1) lines(event('start', containerId(number)));
    for (const question of client.open) question.refuse(status, text);
    await settle();
    lines(...[1, 2].map((number) => execEvent('exec_create: sh', execId(number), containerId(20))));
    expect(client.paths.filter((path) => path.startsWith('/containers/'))).toHaveLength(8);
    for (const number of [1, 2]) client.question(execPath(number)).refuse(status, text);
    await settle();
    lines(execEvent('exec_create: sh', execId(3), containerId(20)));
    expect(sink.count).toBe(15);
    expect(sink.contexts.at(-1)).toEqual({ host, lacks: ['container', 'exec'] });
    const infos = sink.logs.filter(({ severity }) => severity !== 'debug');
    expect(infos.map(({ severity }) => severity)).toEqual(['info', 'info']);
    expect(infos[0]?.text).toContain(
      `GET /containers/ID/json would have to be allowed at unix:///d.sock: it answered ${status}`,
    );
    expect(sink.inspections).toEqual({ asked: 10, failed: 10, late: 0 });

    enriching.connected(daemon);
    lines(event('die', containerId(20)));
    await answerContainer(20);
    expect(sink.contexts.at(-1)).toMatchObject({ container: { user: 'root' } });
  });

  it('of which one is refused are not asked again, and others of its kind are', async () => {
    lines(event('start'));
    client.question(containerPath()).refuse(403, 'forbidden');
    await settle();
    lines(event('start'), event('die'), event('start', containerId(2)));
    expect(client.paths).toEqual([containerPath(), containerPath(2)]);
    await answerContainer(2);
    expect(sink.contexts.slice(0, 3)).toEqual(Array(3).fill({ host, lacks: ['container'] }));
    expect(sink.contexts[3]).toMatchObject({ container: { user: 'root' } });
    expect(sink.logs.map(({ severity }) => severity)).toEqual(['debug']);
  });

  it('are not kept without bound about execs that have ended, when the daemon does not answer', async () => {
    await know();
    for (let number = 0; number < 20_000; number += 1) {
      lines(...['exec_create: sh', 'exec_die'].map((action) => execEvent(action, execId(number))));
    }
    await vi.advanceTimersByTimeAsync(TIMEOUT + 1);
    expect(sink.count).toBe(40_000);
    client.onAsked = ({ fail }) => fail(new Error('gone'));
    for (const question of client.open) question.fail(new Error('gone'));
    await settle();
    await vi.waitFor(() => expect(client.open.size).toBe(0));
    expect(client.paths).toHaveLength(8 + 10_000);
    expect(client.paths.at(-1)).toBe(execPath(19_999));
  });

  it.each<[what: string, respond: () => void, reason: RegExp]>([
    ['garbage', () => client.question(containerPath()).answer(undefined), /does not say what it should/],
    [
      'another container',
      () => client.question(containerPath()).answer(containerAnswer(containerId(9))),
      /does not say/,
    ],
    ['500', () => client.question(containerPath()).refuse(500, 'hunter2'), /it answered 500: events go on/],
    ['429', () => client.question(containerPath()).refuse(429, 'hunter2'), /it answered 429: events go on/],
    ['nothing', () => client.question(containerPath()).fail(new NoAnswerError(5)), /no answer within 5 s/],
  ])('that are answered with %s fail, which is said once and tried again in a while', async (_, respond, reason) => {
    lines(event('start'));
    respond();
    await settle();
    lines(event('start', containerId(2)));
    client.question(containerPath(2)).answer({});
    await settle();
    expect(sink.contexts).toEqual(Array(2).fill({ host, lacks: ['container'] }));
    expect(sink.logs).toEqual([
      { severity: 'warning', text: expect.stringMatching(reason) },
      { severity: 'debug', text: expect.anything() },
    ]);
    expect(JSON.stringify(sink.logs)).not.toContain('hunter2');
    expect(sink.inspections).toEqual({ asked: 2, failed: 2, late: 0 });

    lines(event('die'));
    expect(client.open.size).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    lines(event('kill'));
    await answerContainer();
    expect(sink.contexts.at(-1)).toMatchObject({ container: { user: 'root' } });
    expect(sink.contexts.at(-1)).not.toHaveProperty('lacks');
  });

  it('about what another daemon had are asked anew', async () => {
    await know();
    enriching.connected({ ...daemon, daemonId: 'D:2' });
    lines(event('die'));
    expect(client.paths).toEqual([containerPath()]);
  });
});

describe('a daemon that never answers', () => {
  /** Tells of new containers for so long; each question hangs for 5 s, as with the real client. */
  async function flood(seconds: number, from: number): Promise<void> {
    for (let step = 0; step < seconds * 10; step += 1) {
      lines(event('start', containerId(from + step)));
      await vi.advanceTimersByTimeAsync(100);
    }
  }

  it('makes no event slower than its budget, and after a while nothing waits, until it answers in time', async () => {
    client.onAsked = ({ fail }) => setTimeout(() => fail(new NoAnswerError(5)), 5_000);
    await flood(7, 100);
    expect(sink.count).toBe(70);
    const warnings = () => sink.logs.filter(({ severity }) => severity !== 'debug').map(({ text }) => text);
    expect(warnings()).toEqual([
      expect.stringContaining('no answer within 5 s'),
      expect.stringContaining('does not answer questions about containers within 200 ms'),
    ]);
    lines(event('start', containerId(1)));
    expect(sink.count).toBe(71);

    client.onAsked = ({ path, answer }) => answer(containerAnswer(path.split('/')[2] ?? ''));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(warnings()).toHaveLength(3);
    expect(warnings()[2]).toContain('answers questions about containers in time again');
    client.onAsked = undefined;
    lines(event('start', containerId(2)));
    expect(sink.count).toBe(71);
    await answerContainer(2);
    expect(sink.contexts.at(-1)).toMatchObject({ container: { user: 'root' } });
  });

  it('is not one that is only starting some containers, about which it is silent for so long', async () => {
    for (let number = 1; number <= 8; number += 1) lines(event('create', containerId(number)));
    await vi.advanceTimersByTimeAsync(2_500);
    for (let number = 1; number <= 8; number += 1) await answerContainer(number);
    lines(event('start', containerId(1)));
    expect(sink.count).toBe(8);
    await answerContainer(1);
    expect(sink.count).toBe(9);
    expect(sink.logs).toEqual([]);
  });
});
