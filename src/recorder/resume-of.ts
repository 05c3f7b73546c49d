import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOwnEvent } from '../capture/own-type.js';
import { CaptureReader } from '../capture/reader.js';
import { closedCaptures } from '../capture/writing/closed-captures.js';
import { splitContext } from '../docker/enrichment/event-context.js';
import type { Resume } from '../docker/feed/daemon-feed.js';
import { eventKey } from '../docker/feed/event-key.js';
import type { LineBatch } from '../docker/line-batch.js';
import { DocktapeError } from '../errors.js';

/** Events that are looked at: four times what a daemon remembers, for there may be some of docktape's own among them. */
const EVENTS = 1_024;

/** An event can be stamped before one that it follows, by less than this; nanoseconds. */
const DISORDER = 1_000_000_000n;

/**
 * That nothing came before the end of a recording proves nothing of its last minute: a stream that is held back is noticed
 * after a while only; nanoseconds.
 */
const UNNOTICED = 60_000_000_000n;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const LINE_END = Buffer.from('\n');

/**
 * Where the last recording of a daemon into a capture ended, with the keys of its last events; those of a capture that
 * rotation has closed just before count as well.
 *
 * @param endpoint the daemon's address
 * @param redact as in the recording that follows, in which lines are redacted before they are compared: the last one may have
 *   redacted less, and redacting again changes nothing
 * @returns `undefined` when the capture is new, or holds no recording of this daemon
 * @throws DocktapeError `CAPTURE` when there is something else at the path
 */
export function resumeOf(path: string, endpoint: string, redact: Redact = (batch) => batch): Resume | undefined {
  const recordings: Recording[] = [];
  let known = 0;
  for (const recording of recordingsOf(path, endpoint, redact)) {
    recordings.push(recording);
    known += recording.keys.length;
    if (known >= EVENTS) break;
  }
  const [last] = recordings;
  if (!last) return undefined;
  // A recording that was killed before its first commit began with what the daemon remembered of the time before it.
  const wantedFrom = (recordings.at(-1) ?? last).started;
  return {
    reason: 'the recorder was started again',
    wantedFrom,
    endedAt: latest(lastSeen(recordings), last.sawUntil) ?? wantedFrom,
    delivered: recordings
      .reverse()
      .flatMap(({ keys }) => keys)
      .slice(-EVENTS),
  };
}

/** When the daemon's events were last seen for sure, by the newest of them. */
function lastSeen(recordings: readonly Recording[]): bigint | undefined {
  const lastTime = recordings.find(({ keys }) => keys.length > 0)?.lastTime;
  if (lastTime === undefined) return undefined;
  return lastTime > DISORDER ? lastTime - DISORDER : 0n;
}

function latest(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one > other ? one : other;
}

type Redact = (batch: LineBatch) => LineBatch;

interface Recording {
  readonly started: bigint;
  /** Until when nothing is missing, when it ended well and had sight of the daemon then. */
  readonly sawUntil: bigint | undefined;
  /** Of its last events, and the time of the last one. */
  readonly keys: readonly string[];
  readonly lastTime: bigint;
}

/** The recordings of the daemon, the last one first. */
function* recordingsOf(path: string, endpoint: string, redact: Redact): Generator<Recording> {
  const isThere = existsSync(path);
  // An empty file is as good as none: the recorder makes a capture of it.
  if (isThere && statSync(path).size > 0) yield* recordingsIn(path, endpoint, redact);
  const file = isThere ? realpathSync(path) : resolve(path);
  const closed = existsSync(dirname(file)) ? closedCaptures(file).at(-1) : undefined;
  if (!closed) return;
  try {
    yield* recordingsIn(closed.path, endpoint, redact);
  } catch (error) {
    // Nobody asked for this file: a damaged one only makes it less sure that nothing was missed.
    if (!(error instanceof DocktapeError)) throw error;
  }
}

function* recordingsIn(path: string, endpoint: string, redact: Redact): Generator<Recording> {
  const reader = CaptureReader.open(path);
  try {
    for (const { id, how, endpoint: source, started, ended, clean } of reader.sessions().reverse()) {
      if (how !== 'record' || source !== endpoint) continue;
      const { keys, lastTime, isLost } = lastEvents(reader, id, redact);
      yield {
        started,
        sawUntil: clean && !isLost && ended !== undefined ? ended - UNNOTICED : undefined,
        keys,
        lastTime,
      };
    }
  } finally {
    reader.close();
  }
}

/** `isLost`: the daemon was lost, and not back by the end. */
function lastEvents(
  reader: CaptureReader,
  session: number,
  redact: Redact,
): Pick<Recording, 'keys' | 'lastTime'> & { readonly isLost: boolean } {
  const skip = Math.max(0, reader.count({ session }) - EVENTS);
  const keys: string[] = [];
  let lastTime = 0n;
  let isLost = false;
  for (const { bytes } of reader.pages({ session }, { skip })) {
    for (let start = 0; start < bytes.length; ) {
      const payload = bytes.indexOf(SPACE, start) + 1;
      const end = bytes.indexOf(NEWLINE, payload);
      const text = bytes.toString('utf8', payload, end);
      if (isOwnEvent(text)) {
        // As src/docker/own-events.ts writes them. No value can forge it: a quote in one has a backslash before it.
        if (text.includes('"Action":"daemon lost"')) isLost = true;
        else if (text.includes('"Action":"daemon back"')) isLost = false;
      } else {
        const line = Buffer.concat([splitContext(bytes.subarray(payload, end)).payload, LINE_END]);
        const { lines } = redact({ lines: line, times: new BigInt64Array(1), count: 1 });
        keys.push(eventKey(lines, 0, lines.length - 1));
        lastTime = BigInt(bytes.toString('latin1', start, payload - 1));
      }
      start = end + 1;
    }
  }
  return { keys, lastTime, isLost };
}
