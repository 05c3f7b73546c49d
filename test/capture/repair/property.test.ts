import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { repairCapture } from '#docktape/capture/repair/repair.js';
import { verifyCapture } from '#docktape/capture/verify/verify.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import { DocktapeError } from '#docktape/errors.js';
import { batchOfEvents, type Event, freshPath, reading } from '../support/captures.js';
import { Damage, Random } from '../support/damage.js';

const ROUNDS = 100;
const PAGE_SIZE = 16_384;

/** A table's leaf. */
const LEAF = 0x0d;

/** The bytes that an event's row has in its page before the payload, at most. */
const ROW_HEAD = 40;

/** The bytes of the number of an event's context, at most. */
const CONTEXT_NUMBER = 2;

/** A payload that says its number again and again, so that each page tells which events it has a part of. */
function payloadOf(seq: number): string {
  // Every fortieth does not fit a page.
  const repeats = seq % 40 === 0 ? 9_000 : 20 + (seq % 50);
  return `{"Type":"container","pad":"${`<${seq}>`.repeat(repeats)}"}`;
}

/** Every third has none; ten others in a row have the same. */
function contextOf(seq: number): string | undefined {
  return seq % 3 === 0 ? undefined : `{"host":{"name":"<host ${Math.floor(seq / 15)}>${'x'.repeat(300)}"}}`;
}

const events: Event[] = Array.from({ length: 600 }, (_, index) => [
  payloadOf(index + 1),
  BigInt(1_000 + index),
  contextOf(index + 1),
]);
const payloads = new Map(events.map(([payload], index) => [index + 1, payload as string]));

let sound: Buffer;
/** The pages that have a part of an event. */
const pagesOf = new Map<number, Set<number>>();
/** Where the payload of an event that fits its page is; SQLite leaves copies when it moves a row. */
const placesOf = new Map<number, number[]>();
/** The pages of contexts. */
const contextPages = new Set<number>();

beforeAll(async () => {
  const path = freshPath();
  for (const part of [events.slice(0, 250), events.slice(250)]) {
    const writer = await CaptureWriter.open(path, { how: 'record', hostName: 'ci' });
    writer.write(batchOfEvents(part));
    writer.gap({ reason: 'a nap', certain: false });
    await writer.close();
  }
  sound = readFileSync(path);
  for (let page = 1; page <= sound.length / PAGE_SIZE; page += 1) {
    const text = sound.toString('latin1', (page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    if (text.includes('<host ')) contextPages.add(page);
    for (const [, seq] of text.matchAll(/<(\d+)>/g)) {
      const pages = pagesOf.get(Number(seq)) ?? new Set();
      pagesOf.set(Number(seq), pages.add(page));
    }
  }
  for (const [seq, payload] of payloads) {
    const places: number[] = [];
    for (let at = sound.indexOf(payload); at >= 0; at = sound.indexOf(payload, at + 1)) places.push(at);
    placesOf.set(seq, places);
  }
});

/** What the seed says of the damage. */
function damageOf(seed: number): Damage {
  const random = new Random(seed);
  const damage = new Damage(sound, PAGE_SIZE, random);
  const kinds = [
    () => damage.scatter(1 + random.below(30)),
    () => damage.page(true),
    () => damage.page(false),
    () => damage.misdirect(LEAF),
    () => damage.overwrite(0, 100, random.below(2) === 0),
    () => damage.overwrite(0, PAGE_SIZE, random.below(2) === 0),
    () => damage.truncate(),
  ];
  for (let left = 1 + random.below(4); left > 0; left -= 1) kinds[random.below(kinds.length)]?.();
  return damage;
}

/** Whether bytes of the event's own row differ, which ends with its context's number: SQLite keeps no checksum that would tell. */
function isHitItself(seq: number, damage: Damage): boolean {
  const places = placesOf.get(seq) ?? [];
  if (places.length === 0) return [...(pagesOf.get(seq) ?? [])].some((page) => damage.isHit(page));
  const length = payloads.get(seq)?.length ?? 0;
  return places.some((at) =>
    [...damage.offsets].some((offset) => offset >= at - ROW_HEAD && offset < at + length + CONTEXT_NUMBER),
  );
}

test(`of ${ROUNDS} damaged captures all that intact pages hold is recovered, and nothing else`, async () => {
  const folder = freshPath('');
  let [recovered, empty] = [0, 0];
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const damage = damageOf(seed);
    const what = `seed ${seed}: ${damage.story.join(', ')}`;
    const [damaged, out] = [`${folder}/damaged.db`, `${folder}/out-${seed}.db`];
    writeFileSync(damaged, damage.bytes);
    const intact = [...payloads.keys()].filter(
      (seq) => ![...(pagesOf.get(seq) ?? [])].some((page) => damage.isHit(page)),
    );
    const report = await repairCapture(damaged, out).catch((error: unknown) => {
      if (!(error instanceof DocktapeError)) throw new Error(what, { cause: error });
      return undefined;
    });
    if (report === undefined) {
      // Nothing is left of the file.
      expect(intact, what).toEqual([]);
      empty += 1;
      continue;
    }
    const found = reading(out, (reader) => {
      reader.stats();
      return new Map(
        [...reader.events()].map(({ seq, ts, payload, context }) => [seq, { line: `${ts} ${payload}`, context }]),
      );
    });
    // Each tenth by all that verify does, which needs a process.
    if (seed % 10 === 0) expect((await verifyCapture(out)).problems, what).toEqual([]);
    rmSync(out);
    expect(found.size, what).toBe(report.events);
    for (const seq of intact) expect(found.get(seq), `${what}: event ${seq}`).toBeDefined();
    const areContextsHit = [...contextPages].some((page) => damage.isHit(page));
    for (const [seq, { line, context }] of found) {
      const isContextSound = context?.toString() === contextOf(seq);
      if (line === `${999 + seq} ${payloads.get(seq)}` && (isContextSound || areContextsHit)) continue;
      expect(isHitItself(seq, damage), `${what}: event ${seq} is ${line.slice(0, 80)}`).toBe(true);
    }
    recovered += found.size;
    expect(readFileSync(damaged).equals(damage.bytes), what).toBe(true);
  }
  expect(empty).toBeLessThan(ROUNDS / 20);
  expect(recovered).toBeGreaterThan(ROUNDS * 200);
  console.info(`${recovered} of ${ROUNDS * events.length} events recovered, nothing in ${empty} captures`);
}, 240_000);
