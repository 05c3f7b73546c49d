import { CaptureReader } from '../../capture/reader.js';
import { batches } from '../../falco/batches.js';
import type { LoadedPlugin } from '../../falco/plugin.js';
import type { EventBatch } from '../../rules/event-batch.js';
import { captureParams } from '../../source/open-params.js';
import { replayQuery } from '../../source/replay-query.js';
import type { CaptureStream, EventStream, InlineStream } from '../suite.js';

/** A stream of events while it is read. */
export interface OpenedStream {
  /** What reports call it. */
  readonly name: string;
  /** Each batch is valid until the next one is asked for. To be read once; ends early when the signal is aborted. */
  readonly batches: AsyncIterable<EventBatch>;
  /** The event number of the event at a position in the stream, which counts from 1 (its `evt.num`). */
  readonly eventNumber: (position: number) => number;
  close(): void;
}

/** How many inline events are handed to the plugin at once: enough to be quick, and few enough to stay small. */
const PORTION = 4096;

/** What reports call a stream: the capture's path, or `events`. */
export function streamName(stream: EventStream): string {
  return stream.kind === 'capture' ? stream.path : 'events';
}

/**
 * Opens a stream. The plugin takes one call at a time, so nothing else may use it while the stream is read.
 *
 * @throws DocktapeError when the capture cannot be opened; also while it is read
 */
export function openStream(stream: EventStream, plugin: LoadedPlugin, signal?: AbortSignal): OpenedStream {
  const name = streamName(stream);
  return { name, ...(stream.kind === 'capture' ? openCapture(stream, plugin, signal) : openInline(stream, plugin)) };
}

type Source = Omit<OpenedStream, 'name'>;

function openCapture({ path, selection }: CaptureStream, plugin: LoadedPlugin, signal?: AbortSignal): Source {
  const reader = CaptureReader.open(path);
  try {
    // A capture may be recorded to meanwhile: `last` is the same session for the replay and for the event numbers.
    const pinned = reader.pinned(selection);
    return {
      batches: batches(plugin, captureParams(path, replayQuery(pinned)), signal),
      eventNumber: reader.sequenceOf(pinned),
      close: () => reader.close(),
    };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function openInline({ events }: InlineStream, plugin: LoadedPlugin): Source {
  async function* portions() {
    for (let start = 0; start < events.length; start += PORTION) {
      const portion = events.slice(start, start + PORTION);
      const loose = portion.map(({ ts, payload }) => ({ ts, payload: Buffer.from(payload) }));
      yield plugin.wrap(loose, start + 1);
    }
  }
  return { batches: portions(), eventNumber: (position) => position, close: () => {} };
}
