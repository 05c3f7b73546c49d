import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CaptureReader } from '../../capture/reader.js';
import { CaptureWriter } from '../../capture/writer.js';
import { captureParams } from '../../source/open-params.js';
import { replayQuery } from '../../source/replay-query.js';
import type { CaptureStream, EventStream, InlineStream } from '../suite.js';

/** A stream as a replay of the plugin, which any Falco can open. */
export interface ReplayedStream {
  /** The plugin's open params. */
  readonly params: string;
  /** The event number of the event at a position in the stream, which counts from 1 (its `evt.num`). */
  readonly eventNumber: (position: number) => number;
}

/**
 * Gives `work` a stream that Falco can open. Inline events are in a capture of their own for as long as it takes.
 *
 * @throws DocktapeError `CAPTURE` when the capture cannot be opened, or written
 */
export function withReplay<T>(stream: EventStream, work: (replay: ReplayedStream) => Promise<T>): Promise<T> {
  return stream.kind === 'capture' ? withCapture(stream, work) : withInlineCapture(stream, work);
}

async function withCapture<T>(
  { path, selection }: CaptureStream,
  work: (replay: ReplayedStream) => Promise<T>,
): Promise<T> {
  const reader = CaptureReader.open(path);
  try {
    const pinned = reader.pinned(selection);
    const params = captureParams(resolve(path), replayQuery(pinned));
    return await work({ params, eventNumber: reader.sequenceOf(pinned) });
  } finally {
    reader.close();
  }
}

async function withInlineCapture<T>(
  { events }: InlineStream,
  work: (replay: ReplayedStream) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'docktape-events-'));
  try {
    const path = join(folder, 'events.db');
    const writer = await CaptureWriter.open(path, { how: 'import', endpoint: 'events' });
    writer.write({
      lines: Buffer.from(events.map(({ payload }) => `${payload}\n`).join('')),
      times: BigInt64Array.from(events, ({ ts }) => ts),
      count: events.length,
    });
    await writer.close();
    return await work({ params: captureParams(path), eventNumber: (position) => position });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
