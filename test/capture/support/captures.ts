import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach } from 'vitest';
import { openDatabase } from '#docktape/capture/database.js';
import { CaptureReader } from '#docktape/capture/reader.js';
import type { Selection } from '#docktape/capture/selection.js';
import type { SessionEnd, SessionSummary } from '#docktape/capture/session-writer.js';
import { CaptureWriter } from '#docktape/capture/writer.js';
import type { EventContext } from '#docktape/docker/enrichment/event-context.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';

/** A payload and its time, and its context if it has one. */
export type Event = readonly [payload: string | Buffer, ts: bigint, context?: string | undefined];

const folders: string[] = [];

/** A path in a folder of its own, which is removed after the test. */
export function freshPath(name = 'night.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'docktape-capture-'));
  folders.push(folder);
  return join(folder, name);
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The files beside a capture, itself included. */
export function filesAt(path: string): string[] {
  return readdirSync(join(path, '..')).sort();
}

/** `count` events of a container, at one second after the other from `first` on; `ts` is the number of the second. */
export function numbered(count: number, first = 1): Event[] {
  return Array.from(
    { length: count },
    (_, index): Event => [`{"Type":"container","n":${first + index}}`, BigInt(first + index)],
  );
}

export function batchOfEvents(events: readonly Event[]): LineBatch {
  const batch = {
    lines: Buffer.concat(events.flatMap(([payload]) => [Buffer.from(payload), Buffer.from('\n')])),
    times: BigInt64Array.from(events, ([, ts]) => ts),
    count: events.length,
  };
  if (events.every(([, , context]) => context === undefined)) return batch;
  const contexts = new Map<string | undefined, EventContext | undefined>([[undefined, undefined]]);
  for (const [, , json] of events) {
    if (json !== undefined && !contexts.has(json)) contexts.set(json, { json: Buffer.from(json) });
  }
  return { ...batch, contexts: events.map(([, , json]) => contexts.get(json)) };
}

/** The numbers of events and what their contexts are. */
export function contextsIn(path: string): (readonly [seq: number, context: string | undefined])[] {
  return reading(path, (reader) => [...reader.events()].map(({ seq, context }) => [seq, context?.toString()] as const));
}

/** Appends a recorded session. */
export async function record(path: string, events: readonly Event[], end?: SessionEnd): Promise<SessionSummary> {
  const writer = await CaptureWriter.open(path, { how: 'record' });
  writer.write(batchOfEvents(events));
  return await writer.close(end);
}

export function reading<T>(path: string, look: (reader: CaptureReader) => T): T {
  const reader = CaptureReader.open(path);
  try {
    return look(reader);
  } finally {
    reader.close();
  }
}

/** What `pages` gives, as one text. */
export function pagedText(path: string, selection?: Selection, skip?: number): string {
  return reading(path, (reader) =>
    [...reader.pages(selection, skip === undefined ? {} : { skip })].map(({ bytes }) => bytes.toString()).join(''),
  );
}

/** Opens the file as any SQLite program can, to do what docktape would not. */
export function tamper(path: string, work: (database: Database) => void): void {
  const database = openDatabase(path, {});
  try {
    database.unsafeMode(true);
    work(database);
  } finally {
    database.close();
  }
}
