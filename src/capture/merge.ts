import { statSync } from 'node:fs';
import { captureError, explaining } from './capture-error.js';
import { MergedStreams, type Stream } from './merged-streams.js';
import { NewCapture } from './new-capture.js';
import { Pace } from './pace.js';
import { CaptureReader } from './reader.js';
import type { Gap, Session } from './session.js';
import type { MadeCapture } from './slice.js';
import { interleavedSessions, stretchesIn } from './stretches.js';

export interface MergeOptions {
  /** Ends the work; nothing is left of the new capture then. */
  readonly signal?: AbortSignal;
  /** Told now and then how many events of how many were written. */
  readonly onProgress?: (written: number, total: number) => void;
}

/** A session on its way into the new capture. */
interface MovingSession extends Stream {
  /** Its number in the new capture. */
  readonly id: number;
  readonly session: Session;
  /** Its gaps, in their order, that have no place yet. */
  readonly gaps: Gap[];
  /** The new number of its last event so far. */
  lastSeq?: number;
}

/**
 * Makes one capture of several. Sessions stay apart and keep what is known of them; their events stand in the order of
 * their times, and those of each session in the order in which they were. Events and sessions are numbered anew.
 *
 * @throws DocktapeError `CAPTURE` when a capture cannot be read, is named twice, or the new one cannot be made
 */
export async function mergeCaptures(
  sources: readonly string[],
  path: string,
  options: MergeOptions = {},
): Promise<MadeCapture> {
  checkDifferent(sources);
  const pace = new Pace(options.signal);
  const readers: CaptureReader[] = [];
  try {
    for (const source of sources) readers.push(CaptureReader.open(source));
    return await NewCapture.make(path, (capture) => fill(capture, readers, options, pace));
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** The same events twice are nobody's wish. */
function checkDifferent(sources: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const source of sources) {
    const { dev, ino } = explaining(source, () => statSync(source, { bigint: true }));
    const other = seen.get(`${dev}:${ino}`);
    if (other !== undefined) throw captureError(source, `is the same capture as ${other}: name each once`);
    seen.set(`${dev}:${ino}`, source);
  }
}

async function fill(
  capture: NewCapture,
  readers: readonly CaptureReader[],
  { onProgress }: MergeOptions,
  pace: Pace,
): Promise<MadeCapture> {
  const total = readers.reduce((sum, reader) => sum + reader.count(), 0);
  const moving = movingSessions(readers);
  const placed: Gap[] = [];
  let [seq, bytes] = [0, 0];
  /** Gives the session's gaps that were noted before its event of this old number their place: after the event before. */
  const place = ({ id, gaps, lastSeq }: MovingSession, before: number, otherwise: number) => {
    while (gaps[0] !== undefined && gaps[0].afterSeq < before) {
      placed.push({ ...(gaps.shift() as Gap), session: id, afterSeq: lastSeq ?? otherwise });
    }
  };
  for (const { stream, event } of new MergedStreams(moving)) {
    await pace.step();
    place(stream, event.seq, seq);
    seq += 1;
    bytes += event.payload.length + 1;
    stream.lastSeq = seq;
    capture.event(seq, stream.id, event.ts, event.payload, event.context);
    onProgress?.(seq, total);
  }
  const interleaved = interleavedSessions(stretchesIn(capture.database));
  for (const stream of moving) {
    place(stream, Number.POSITIVE_INFINITY, lastBy(capture, stream.session.started));
    capture.session({ ...stream.session, id: stream.id, interleaved: interleaved.has(stream.id) });
  }
  for (const gap of placed.sort((a, b) => a.afterSeq - b.afterSeq)) capture.gap(gap);
  return { events: seq, bytes, sessions: moving.length, gaps: placed.length };
}

/** The last event that was not later than a time. */
function lastBy(capture: NewCapture, time: bigint): number {
  const sql = 'SELECT max(seq) FROM events WHERE ts <= ?';
  return capture.database.prepare<[bigint], number | null>(sql).pluck().get(time) ?? 0;
}

/** All sessions, in the order in which their first events will stand: so those that do not overlap need no mark. */
function movingSessions(readers: readonly CaptureReader[]): MovingSession[] {
  const sessions = readers.flatMap((reader) => {
    const gaps = reader.gaps();
    return reader.sessions().map((session) => {
      const events = reader.events({ session: session.id });
      const first = events.next();
      return {
        session,
        gaps: gaps.filter((gap) => gap.session === session.id),
        events,
        ...(first.done ? {} : { head: first.value }),
        begin: first.done ? session.started : first.value.ts,
      };
    });
  });
  return sessions
    .sort((a, b) => (a.begin < b.begin ? -1 : Number(a.begin > b.begin)))
    .map((session, index) => ({ ...session, id: index + 1 }));
}
