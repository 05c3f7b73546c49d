import type { Redaction } from '../capture/redaction/redaction.js';
import type { SessionInfo } from '../capture/session.js';
import type { SessionSummary } from '../capture/session-writer.js';
import { CaptureWriter } from '../capture/writer.js';
import type { Durability, Rotation } from '../capture/writing/writer-options.js';
import type { Endpoint } from '../docker/endpoint.js';
import { DaemonFeed, type FeedOptions, type FeedSink, type LogSeverity } from '../docker/feed/daemon-feed.js';
import type { LineBatch } from '../docker/line-batch.js';
import { DocktapeError } from '../errors.js';
import { now } from '../time.js';
import { Recorder } from './recorder.js';
import { RecordingEnd } from './recording-end.js';
import type { RecordingFigures } from './recording-figures.js';
import { resumeOf } from './resume-of.js';

/**
 * How long after `until` a daemon may take to end its stream, as it does by its own clock, in milliseconds; its last events may wait for
 * their contexts from then on.
 */
const UNTIL_GRACE_MS = 5_000;

export interface RecordingOptions {
  /** The capture to make or to append a session to. */
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly session: SessionInfo;
  readonly feed: FeedOptions;
  readonly filter?: (batch: LineBatch) => LineBatch;
  /** How many events of the daemon are recorded at most. */
  readonly limit?: number;
  /** How long to record, or to wait for a daemon, in milliseconds. */
  readonly duration?: number;
  readonly durability?: Durability;
  readonly rotation?: Rotation;
  /** Begins where the capture's last recording of this daemon ended, with what the daemon still remembers. */
  readonly resume?: boolean;
  /** What is taken out before anything is compared or written. */
  readonly redaction: Redaction;
  /** Ends the recording cleanly. */
  readonly signal: AbortSignal;
  /** Filled in as it goes on. */
  readonly figures: RecordingFigures;
  /** Called once events flow into the capture. */
  readonly onStarted: () => void;
  readonly onLog: (severity: LogSeverity, text: string) => void;
}

/**
 * Records a daemon's events into a capture until the limit, the time or the signal ends it. The capture is touched only
 * once there is a daemon, so a wrong address leaves no file behind.
 *
 * @returns what was recorded; `undefined` when it was ended before there was a daemon
 * @throws DocktapeError `DAEMON` or `CAPTURE`; what was recorded until then stays in the capture
 */
export async function recordDaemon(options: RecordingOptions): Promise<SessionSummary | undefined> {
  const end = new RecordingEnd(options.signal);
  const pending: ((recorder: Recorder) => void)[] = [];
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;

  /** Does it now, or as soon as the capture is open. What goes wrong ends the recording. */
  const withRecorder = (work: (recorder: Recorder) => void) => {
    if (!opened) pending.push(work);
    else end.orFail(() => work((opened as Opened).recorder));
  };
  const open = async () => {
    const result = await openCapture(options, () => end.reached());
    opened = result;
    result.writer.failed.catch((error) => end.failed(error));
    for (const work of pending.splice(0)) withRecorder(work);
    options.figures.started(result.recorder, result.writer);
    options.onStarted();
    return result;
  };
  const { redaction } = options;
  const sink: FeedSink = {
    connected(daemon) {
      withRecorder((recorder) => recorder.connected(daemon));
      opening ??= open();
      opening.catch((error) => end.failed(error));
    },
    waiting() {},
    lines: (batch) => withRecorder((recorder) => recorder.lines(batch)),
    incident(incident) {
      options.figures.counter.incident(incident);
      // There may be any number of these while there is no capture yet.
      if (incident.kind !== 'retry') withRecorder((recorder) => recorder.incident(redaction.incident(incident)));
    },
    inspection: (inspection) => options.figures.counter.inspection(inspection),
    log: options.onLog,
    ended: () => end.reached(),
    failed: (error) => end.failed(error),
  };
  const redact = (batch: LineBatch) => redaction.apply(batch);
  const resume = options.resume ? resumeOf(options.path, options.endpoint.name, redact) : undefined;
  const enrich = options.feed.enrich && {
    ...options.feed.enrich,
    redact: (context: Buffer) => redaction.redactContext(context),
  };
  const feed = new DaemonFeed(
    options.endpoint,
    { ...options.feed, redact, ...(enrich ? { enrich } : {}), ...(resume ? { resume } : {}) },
    sink,
  );

  feed.start();
  if (options.duration !== undefined) end.after(options.duration);
  const { until } = options.feed;
  const grace = UNTIL_GRACE_MS + (enrich?.timeout ?? 0);
  if (until !== undefined) end.after(Math.max(0, Number((until - now()) / 1_000_000n)) + grace);
  try {
    await end.promise;
  } catch (error) {
    feed.stop();
    await keep(await opening?.catch(() => undefined));
    throw error;
  }
  feed.stop();
  const result = await opening;
  result?.recorder.tellDropped();
  return await result?.writer.close();
}

/** After a failure: what was recorded stays. When it is the capture that failed, the caller hears of that already. */
async function keep(opened: Opened | undefined): Promise<void> {
  try {
    opened?.recorder.tellDropped();
    await opened?.writer.close({ clean: false });
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
  }
}

interface Opened {
  readonly writer: CaptureWriter;
  readonly recorder: Recorder;
}

async function openCapture(options: RecordingOptions, onFull: () => void): Promise<Opened> {
  const { path, session, endpoint, filter, limit, durability, rotation, figures, onLog } = options;
  const writer = await CaptureWriter.open(path, session, {
    retry: options.feed.onAbsent === 'retry',
    log: onLog,
    ...(durability === undefined ? {} : { durability }),
    ...(rotation === undefined ? {} : { rotation }),
  });
  const recorder = new Recorder(writer, {
    endpoint: endpoint.name,
    counter: figures.counter,
    onFull,
    ...(filter === undefined ? {} : { filter }),
    ...(limit === undefined ? {} : { limit }),
  });
  return { writer, recorder };
}
