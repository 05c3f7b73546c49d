import type { LineBatch } from '../docker/line-batch.js';
import { captureError } from './capture-error.js';
import { NewCapture } from './new-capture.js';
import { Pace } from './pace.js';
import { type CapturedEvent, CaptureReader } from './reader.js';
import type { Selection } from './selection.js';
import type { Gap, Session } from './session.js';
import { interleavedSessions, stretchesIn } from './stretches.js';

/** Events that a condition is asked about at once, and their bytes. */
const BATCH_EVENTS = 1_000;
const BATCH_BYTES = 1024 * 1024;

const NEWLINE = Buffer.from('\n');

export interface SliceOptions {
  readonly selection?: Selection;
  /** Selects among the selected events. */
  readonly where?: {
    /** The condition's text, which the sessions of the slice tell. */
    readonly text: string;
    /** For each event of the batch, 1 when it is selected and 0 when it is not. */
    readonly select: (batch: LineBatch) => Uint8Array;
  };
  /** Ends the work; nothing is left of the slice then. */
  readonly signal?: AbortSignal;
  /** Told now and then how many events of how many were looked at. */
  readonly onProgress?: (looked: number, total: number) => void;
}

/** What a capture that was made of others holds. */
export interface MadeCapture {
  readonly events: number;
  /** Bytes of the lines, newlines included. */
  readonly bytes: number;
  readonly sessions: number;
  readonly gaps: number;
}

/**
 * Makes a capture of some of another's events. They keep their numbers, sessions and times, so that what was said of an
 * event there is true here; sessions keep what is known of them, and the gaps that lie inside are there as well.
 *
 * @throws DocktapeError `CAPTURE` when a capture cannot be read or made, or when nothing is selected
 */
export async function sliceCapture(source: string, path: string, options: SliceOptions = {}): Promise<MadeCapture> {
  const pace = new Pace(options.signal);
  const reader = CaptureReader.open(source);
  try {
    return await NewCapture.make(path, (capture) => fill(capture, reader, options, pace));
  } finally {
    reader.close();
  }
}

async function fill(
  capture: NewCapture,
  reader: CaptureReader,
  { selection: wanted = {}, where, onProgress }: SliceOptions,
  pace: Pace,
): Promise<MadeCapture> {
  const selection = reader.pinned(wanted);
  const total = reader.count(selection);
  let [looked, events, bytes] = [0, 0, 0];
  for (const batch of batchesOf(reader.events(selection))) {
    await pace.step();
    const mask = where?.select(lineBatchOf(batch));
    for (const [index, { seq, session, ts, payload, context }] of batch.entries()) {
      if (mask !== undefined && mask[index] !== 1) continue;
      capture.event(seq, session, ts, payload, context);
      events += 1;
      bytes += payload.length + 1;
    }
    looked += batch.length;
    onProgress?.(looked, total);
  }
  const gaps = reader.gaps().filter((gap) => isInside(gap, selection));
  if (events + gaps.length === 0) throw captureError(reader.path, 'has no such events: nothing was written');
  const sessions = addSessions(capture, reader, selection, gaps, where?.text);
  for (const gap of gaps) capture.gap({ ...gap, afterSeq: capture.lastUpTo(gap.afterSeq) });
  return { events, bytes, sessions, gaps: gaps.length };
}

/** Adds the sessions that something of is in the slice; all of them when neither times nor a condition select. */
function addSessions(
  capture: NewCapture,
  reader: CaptureReader,
  { session: only, since, until }: Selection,
  gaps: readonly Gap[],
  condition: string | undefined,
): number {
  const stretches = stretchesIn(capture.database);
  const interleaved = interleavedSessions(stretches);
  const isNarrowed = since !== undefined || until !== undefined || condition !== undefined;
  const sessions = reader.sessions().filter(({ id }) => {
    if (only !== undefined && id !== only) return false;
    return !isNarrowed || stretches.some(({ session }) => session === id) || gaps.some(({ session }) => session === id);
  });
  for (const session of sessions) {
    const last = stretches.find((stretch) => stretch.session === session.id)?.last;
    const endsTheSame = last === reader.lastSeq({ session: session.id });
    capture.session({
      ...session,
      ...conditionOf(session, condition),
      tail: endsTheSame ? session.tail : '\n',
      interleaved: interleaved.has(session.id),
    });
  }
  return sessions.length;
}

/** Two conditions that have both selected. */
function conditionOf({ condition: before }: Session, added: string | undefined): { readonly condition?: string } {
  if (added === undefined) return {};
  return { condition: before === undefined ? added : `(${before}) and (${added})` };
}

/** Whether a gap belongs to the selected session and reaches into the selected times. */
function isInside({ session, from, to }: Gap, selection: Selection): boolean {
  if (selection.session !== undefined && session !== selection.session) return false;
  const [begin, end] = [from ?? to, to ?? from];
  if (begin === undefined || end === undefined) return selection.since === undefined && selection.until === undefined;
  return end >= (selection.since ?? end) && begin <= (selection.until ?? begin);
}

function* batchesOf(events: Iterable<CapturedEvent>): Generator<CapturedEvent[]> {
  let batch: CapturedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    batch.push(event);
    bytes += event.payload.length + (event.context?.length ?? 0);
    if (batch.length < BATCH_EVENTS && bytes < BATCH_BYTES) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

function lineBatchOf(events: readonly CapturedEvent[]): LineBatch {
  return {
    lines: Buffer.concat(events.flatMap(({ payload }) => [payload, NEWLINE])),
    times: BigInt64Array.from(events, ({ ts }) => ts),
    count: events.length,
    contexts: events.map(({ context }) => context && { json: context }),
  };
}
