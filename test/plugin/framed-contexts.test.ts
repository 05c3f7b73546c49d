import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EventContext, withContext } from '#docktape/docker/enrichment/event-context.js';
import { batchOf } from '#docktape/docker/event-time.js';
import { FrameQueue } from '#docktape/source/frame-queue.js';
import { FrameKind, frame } from '#docktape/source/frames.js';
import { folder, Loader } from './loader.js';
import { keysOf, reportStep } from './requests.js';

let loader: Loader;
beforeEach(async () => {
  loader = await Loader.start();
  await loader.init('s', { flushinterval: 20 });
});
afterEach(async () => loader.end());

const { events, own, context, enriched } = FrameKind;

async function open(steps: string): Promise<void> {
  const { rc, error } = await loader.do('open', 's', 'i', steps);
  if (rc !== 'success') throw new Error(`open: ${error}`);
}

/** The payloads up to the end of the stream. */
async function payloads(): Promise<string[]> {
  const all: string[] = [];
  for (let next = await loader.next('s', 'i'); next.rc === 'success'; next = await loader.next('s', 'i')) {
    all.push(...next.events.map(({ payload }) => payload));
  }
  return all;
}

let files = 0;
/** The step that sends these frames. */
function frames(...parts: readonly Buffer[]): string {
  files += 1;
  const path = join(folder, `frames-${files}`);
  writeFileSync(path, Buffer.concat(parts));
  return `file:${path}`;
}

const host = (name: string): EventContext => ({ json: Buffer.from(`{"host":{"name":"${name}"}}`) });
const spliced = (line: string, name: string) => withContext(Buffer.from(line), host(name)).toString();

describe('contexts that come on their own', () => {
  test('stand in the events that name them, and in no others', async () => {
    const sent = [
      frame(context, host('a').json, 1),
      frame(context, host('b').json, 4095),
      frame(enriched, '1 1 {"n":1}\n2 4095 {"n":2}\n3 0 {"n":3}\n4 1 {"n":4}\n', 4),
      frame(events, '5 {"n":5}\n', 1),
      frame(own, '6 {"n":6}\n', 1),
      frame(context, host('c').json, 1),
      frame(enriched, '7 1 {"n":7}\n', 1),
    ];
    await open(`opened;${frames(...sent)};end`);
    expect(await payloads()).toEqual([
      spliced('{"n":1}', 'a'),
      spliced('{"n":2}', 'b'),
      '{"n":3}',
      spliced('{"n":4}', 'a'),
      '{"n":5}',
      '{"n":6}',
      spliced('{"n":7}', 'c'),
    ]);
    expect(await loader.metrics()).toMatchObject({ events: 7, bytes: 7 * '{"n":1}'.length });
  });

  test('stand in no payload that cannot take one', async () => {
    const lines = ['{}', '', '}', 'x}', 'broken', '{"n":1} ', '[1]', '{ }'];
    const body = lines.map((line) => `1 1 ${line}\n`).join('');
    await open(`opened;${frames(frame(context, host('a').json, 1), frame(enriched, body, lines.length))};end`);
    expect(await payloads()).toEqual([...lines.slice(0, -1), spliced('{ }', 'a')]);
  });

  test('are understood as the host writes them, also when there are more than numbers for them', async () => {
    const queue = new FrameQueue();
    const blocks: Buffer[] = [];
    const expected: string[] = [];
    const contexts = Array.from({ length: 6_000 }, (_, index) => host(String(index)));
    const long = { json: Buffer.from(`{"host":{"name":"${'x'.repeat(20_000)}"}}`) };
    const send = (all: readonly (EventContext | undefined)[]) => {
      const lines = all.map((_, index) => `{"n":${index}}`);
      queue.addLines(events, { ...batchOf(Buffer.from(lines.map((line) => `${line}\n`).join('')), 1n), contexts: all });
      for (const [index, line] of lines.entries()) {
        const one = all[index];
        expected.push(one ? withContext(Buffer.from(line), one).toString() : line);
      }
    };
    send(contexts.slice(0, 100));
    send([...contexts.slice(50, 5_000), undefined, long, contexts[0]]);
    send([...contexts].reverse());
    for (let block = queue.lend(); block; block = queue.lend()) {
      blocks.push(Buffer.from(block));
      queue.takeBack();
    }
    await open(`opened;${frames(...blocks)};end`);
    expect(await payloads()).toEqual(expected);
  });

  test('are bounded by a batch together with their events', async () => {
    const json = Buffer.from(`{"x":"${'x'.repeat(16_000)}"}`);
    const lines = Array.from({ length: 1_000 }, () => '1 1 {"n":1}\n').join('');
    await open(`opened;${frames(frame(context, json, 1), frame(enriched, lines, 1_000))};end`);
    const drained = await loader.do<{ events: number; largestBatch: number }>('drain', 's', 'i');
    expect(drained).toMatchObject({ rc: 'eof', events: 1_000 });
    expect(drained.largestBatch).toBeLessThan(70);
  });

  test('are no part of what a cursor remembers of their events', async () => {
    const { step, resume } = reportStep();
    const sent = [frame(context, host('a').json, 1), frame(enriched, '1 1 {"n":0}\n2 0 {"n":1}\n3 1 {"n":2}\n', 3)];
    const steps = `${step};opened;${frames(...sent)};hold`;
    await open(steps);
    await loader.next('s', 'i');
    await loader.do('next', 's', 'i');
    await loader.do('close', 's', 'i');
    await open(steps);
    expect(resume()?.delivered).toEqual(keysOf(0, 3));
  });

  test('are forgotten with their host', async () => {
    const told = frames(frame(context, host('a').json, 1), frame(enriched, '1 1 {"n":0}\n', 1));
    const untold = frames(frame(enriched, '1 1 {"n":1}\n', 1));
    await open(`opened;first:${join(folder, 'restarted')};${told};exit:3;later;${untold};hold`);
    expect((await loader.next('s', 'i')).events.map(({ payload }) => payload)).toEqual([spliced('{"n":0}', 'a')]);
    expect(await loader.next('s', 'i')).toMatchObject({
      rc: 'failure',
      error: expect.stringContaining('event 1 of 1: an unknown context'),
    });
  });
});
