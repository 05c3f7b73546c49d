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

export function payloadsOf(events: LineBatch | readonly LooseEvent[]): Payloads {
  return 'lines' in events ? payloadsOfLines(events) : payloadsOfEvents(events);
}

function payloadsOfLines({ lines, times, count }: LineBatch): Payloads {
  const bounds = new Uint32Array(2 * count);
  let start = 0;
  for (let i = 0; i < count; i++) {
    const end = lines.indexOf(0x0a, start);
    if (end === -1) throw new RangeError(`a batch of ${count} lines holds ${i}`);
    bounds[2 * i] = start;
    bounds[2 * i + 1] = end;
    start = end + 1;
  }
  return { data: lines, bounds, times: new BigUint64Array(times.buffer, times.byteOffset, count) };
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
