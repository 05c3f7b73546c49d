import { contextLength, type EventContext, takesContext, writeContext } from '../docker/enrichment/event-context.js';
import type { LineBatch } from '../docker/line-batch.js';

/** An event that no source of a plugin produced. */
export interface LooseEvent {
  /** Nanoseconds since the epoch. */
  readonly ts: bigint;
  readonly payload: Buffer;
}

/** Events as the addon wraps them: payload `i` is `data` from `bounds[2 i]` up to `bounds[2 i + 1]`. */
export interface Payloads {
  readonly data: Uint8Array;
  readonly bounds: Uint32Array;
  readonly times: BigUint64Array;
}

/** What a source of the plugin would have given: a line that has a context comes with it. */
export function payloadsOf(events: LineBatch | readonly LooseEvent[]): Payloads {
  return 'lines' in events ? payloadsOfLines(events) : payloadsOfEvents(events);
}

function payloadsOfLines({ lines, times, count, contexts }: LineBatch): Payloads {
  const bounds = new Uint32Array(2 * count);
  let start = 0;
  for (let i = 0; i < count; i++) {
    const end = lines.indexOf(0x0a, start);
    if (end === -1) throw new RangeError(`a batch of ${count} lines holds ${i}`);
    bounds[2 * i] = start;
    bounds[2 * i + 1] = end;
    start = end + 1;
  }
  const data = contexts ? withContexts(lines, bounds, contexts) : lines;
  return { data, bounds, times: new BigUint64Array(times.buffer, times.byteOffset, count) };
}

/** Copies lines with their contexts, and moves their bounds. */
function withContexts(lines: Buffer, bounds: Uint32Array, contexts: readonly (EventContext | undefined)[]): Buffer {
  const more = contexts.reduce((sum, context) => sum + (context ? contextLength(context) : 0), 0);
  const data = Buffer.allocUnsafe(lines.length + more);
  let written = 0;
  contexts.forEach((context, i) => {
    const line = lines.subarray(bounds[2 * i], bounds[2 * i + 1]);
    bounds[2 * i] = written;
    written += line.copy(data, written);
    if (context && takesContext(line)) written = writeContext(data, written - 1, context);
    bounds[2 * i + 1] = written;
  });
  return data;
}

function payloadsOfEvents(events: readonly LooseEvent[]): Payloads {
  const bounds = new Uint32Array(2 * events.length);
  let end = 0;
  events.forEach(({ payload }, i) => {
    bounds[2 * i] = end;
    end += payload.length;
    bounds[2 * i + 1] = end;
  });
  return {
    data: Buffer.concat(events.map(({ payload }) => payload)),
    bounds,
    times: BigUint64Array.from(events, ({ ts }) => ts),
  };
}
