import type { SessionInfo } from '../capture/session.js';
import type { SessionSummary } from '../capture/session-writer.js';
import { CaptureWriter } from '../capture/writer.js';
import { DaemonFeed, type FeedOptions, type LogSeverity } from '../docker/daemon-feed.js';
import type { Endpoint } from '../docker/endpoint.js';
import type { LineBatch } from '../docker/line-batch.js';
import { Recorder } from './recorder.js';

export interface RecordingOptions {
  /** The capture to make or to append a session to. */
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly session: SessionInfo;
  readonly feed: FeedOptions;
  readonly filter?: (batch: LineBatch) => LineBatch;
  /** How many events of the daemon are recorded at most. */
  readonly limit?: number;
  /** How long to record, in milliseconds, from the first connection on. */
  readonly duration?: number;
  /** Ends the recording cleanly. */
  readonly signal: AbortSignal;
  /** Called once events flow into the capture. */
  readonly onStarted: (recorder: Recorder, writer: CaptureWriter) => void;
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
  const end = new End(options.signal);
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
    options.onStarted(result.recorder, result.writer);
    if (options.duration !== undefined) end.after(options.duration);
    return result;
  };
  const feed = new DaemonFeed(options.endpoint, options.feed, {
    connected(daemon) {
      withRecorder((recorder) => recorder.connected(daemon));
      opening ??= open();
      opening.catch((error) => end.failed(error));
    },
    waiting() {},
    lines: (batch) => withRecorder((recorder) => recorder.lines(batch)),
    ownEvent: (event) => withRecorder((recorder) => recorder.ownEvent(event)),
    log: options.onLog,
    ended: () => end.reached(),
    failed: (error) => end.failed(error),
  });

  feed.start();
  try {
    await end.promise;
  } catch (error) {
    feed.stop();
    // What was recorded stays; an error of the capture itself says so already.
    await (await opening?.catch(() => undefined))?.writer.close({ clean: false }).catch(() => {});
    throw error;
  }
  feed.stop();
  const result = await opening;
  result?.recorder.tellDropped();
  return await result?.writer.close();
}

interface Opened {
  readonly writer: CaptureWriter;
  readonly recorder: Recorder;
}

async function openCapture(options: RecordingOptions, onFull: () => void): Promise<Opened> {
  const { path, session, endpoint, filter, limit } = options;
  const writer = await CaptureWriter.open(path, session);
  const recorder = new Recorder(writer, {
    endpoint: endpoint.name,
    onFull,
    ...(filter === undefined ? {} : { filter }),
    ...(limit === undefined ? {} : { limit }),
  });
  return { writer, recorder };
}

/** How a recording comes to its end: the first reason counts. */
class End {
  readonly promise: Promise<void>;
  reached!: () => void;
  failed!: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal) {
    this.promise = new Promise((resolve, reject) => {
      this.reached = () => {
        clearTimeout(this.#timer);
        resolve();
      };
      this.failed = (error) => {
        clearTimeout(this.#timer);
        reject(error);
      };
    });
    if (signal.aborted) this.reached();
    else signal.addEventListener('abort', this.reached, { once: true });
  }

  /** Reaches the end in some milliseconds, unless it comes sooner. */
  after(milliseconds: number): void {
    this.#timer = setTimeout(this.reached, milliseconds);
  }

  /** Does the work; an error is the end. */
  orFail(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }
}
