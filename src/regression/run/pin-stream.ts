import { CaptureReader } from '../../capture/reader.js';
import type { EventStream } from '../suite.js';

/** A stream that is the same whenever it is read, as far as one event. */
export interface PinnedStream {
  readonly stream: EventStream;
  /** The event number of the last event that there is now: a capture may be recorded to meanwhile. */
  readonly lastEvent: number;
}

/**
 * Pins a stream that is read more than once.
 *
 * @throws DocktapeError `CAPTURE` when the capture cannot be opened
 */
export function pinStream(stream: EventStream): PinnedStream {
  if (stream.kind === 'inline') return { stream, lastEvent: stream.events.length };
  const reader = CaptureReader.open(stream.path);
  try {
    const selection = reader.pinned(stream.selection);
    return { stream: { ...stream, selection }, lastEvent: reader.lastSeq(selection) ?? 0 };
  } finally {
    reader.close();
  }
}
