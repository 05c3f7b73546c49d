import { CaptureReader } from '../../capture/reader.js';
import type { Selection } from '../../capture/selection.js';
import { batches } from '../../falco/batches.js';
import { libraryPath } from '../../falco/library-path.js';
import { LoadedPlugin } from '../../falco/plugin.js';
import type { EventBatch } from '../../rules/event-batch.js';
import { captureParams } from '../../source/open-params.js';
import { unixSeconds } from '../../time.js';
import type { CaptureStream, EventStream, InlineStream } from '../suite.js';

/** A stream of events while it is read. */
export interface OpenedStream {
  /** What reports call it. */
  readonly name: string;
  readonly batches: AsyncIterable<EventBatch>;
  /** The event number of the event at a position in the stream, which counts from 1. */
  readonly eventNumber: (position: number) => number;
  close(): void;
}

/** What reports call a stream: the capture's path, or `events`. */
export function streamName(stream: EventStream): string {
  return stream.kind === 'capture' ? stream.path : 'events';
}

/** @throws DocktapeError when a capture cannot be read */
export function openStream(stream: EventStream, plugin: LoadedPlugin, signal: AbortSignal): OpenedStream {
  const name = streamName(stream);
  return { name, ...(stream.kind === 'capture' ? openCapture(stream, plugin, signal) : openInline(stream, plugin)) };
}

/** Loads the plugin that Falco would load, for as long as `work` takes. */
export async function withPlugin<T>(work: (plugin: LoadedPlugin) => Promise<T>): Promise<T> {
  const plugin = LoadedPlugin.load(libraryPath());
  try {
    plugin.init();
    return await work(plugin);
  } finally {
    await plugin.destroy();
  }
}

type Source = Omit<OpenedStream, 'name'>;

function openCapture({ path, selection }: CaptureStream, plugin: LoadedPlugin, signal: AbortSignal): Source {
  const reader = CaptureReader.open(path);
  const pinned = reader.pinned(selection);
  return {
    batches: batches(plugin, captureParams(path, queryOf(pinned)), signal),
    eventNumber: reader.sequenceOf(pinned),
    close: () => reader.close(),
  };
}

function queryOf({ since, until, session }: Selection): Record<string, string> {
  return {
    ...(since === undefined ? {} : { since: unixSeconds(since) }),
    ...(until === undefined ? {} : { until: unixSeconds(until) }),
    ...(session === undefined ? {} : { session: String(session) }),
  };
}

function openInline({ events }: InlineStream, plugin: LoadedPlugin): Source {
  async function* batch() {
    if (events.length > 0) yield plugin.wrap(events.map(({ ts, payload }) => ({ ts, payload: Buffer.from(payload) })));
  }
  return { batches: batch(), eventNumber: (position) => position, close: () => {} };
}
