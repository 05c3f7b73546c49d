import type { ContainerEvents } from './container-events.js';
import type { EventContext } from './enrichment/event-context.js';

/**
 * Events as they came off the wire: whole lines, each with its newline, and the time of each. The unit in which events
 * move from the daemon to the capture or to the plugin; nobody re-serialises a line.
 */
export interface LineBatch {
  /** `count` lines, each ended by 0x0A, byte for byte as the daemon sent them. */
  readonly lines: Buffer;
  /** Nanoseconds since the epoch, one for each line: its `timeNano`, else its `time`, else when it arrived. */
  readonly times: BigInt64Array;
  readonly count: number;
  /** For each line what is known of what it is about, if anything is; absent when nothing is known of any. */
  readonly contexts?: readonly (EventContext | undefined)[];
  /** Which containers the lines are about, once somebody has asked `containerEvents`. */
  containers?: ContainerEvents;
}

const newline = 0x0a;

/** The lines for which the mask has 1, in their order. */
export function selectLines(batch: LineBatch, mask: Uint8Array): LineBatch {
  const parts: Buffer[] = [];
  const times: bigint[] = [];
  const contexts: (EventContext | undefined)[] = [];
  for (let index = 0, start = 0; index < batch.count; index += 1) {
    const end = batch.lines.indexOf(newline, start) + 1;
    if (mask[index] === 1) {
      parts.push(batch.lines.subarray(start, end));
      times.push(batch.times[index] as bigint);
      contexts.push(batch.contexts?.[index]);
    }
    start = end;
  }
  const selected = { lines: Buffer.concat(parts), times: BigInt64Array.from(times), count: times.length };
  return batch.contexts ? { ...selected, contexts } : selected;
}

/** All lines of some batches, in their order. */
export function joinBatches(batches: readonly LineBatch[]): LineBatch {
  const [only] = batches;
  if (only && batches.length === 1) return only;
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const times = new BigInt64Array(count);
  let filled = 0;
  for (const batch of batches) {
    times.set(batch.times, filled);
    filled += batch.count;
  }
  const joined = { lines: Buffer.concat(batches.map(({ lines }) => lines)), times, count };
  if (batches.every(({ contexts }) => contexts === undefined)) return joined;
  return { ...joined, contexts: batches.flatMap((batch) => batch.contexts ?? Array(batch.count).fill(undefined)) };
}

/** The first `count` lines, or all when there are fewer. */
export function firstLines(batch: LineBatch, count: number): LineBatch {
  if (batch.count <= count) return batch;
  let end = 0;
  for (let taken = 0; taken < count; taken += 1) end = batch.lines.indexOf(newline, end) + 1;
  const first = { lines: batch.lines.subarray(0, end), times: batch.times.subarray(0, count), count };
  return batch.contexts ? { ...first, contexts: batch.contexts.slice(0, count) } : first;
}

/** The earliest of these times; `bound` when that is earlier, or there are none. */
export function earliestTime(times: BigInt64Array, bound: bigint): bigint {
  let earliest = bound;
  for (const time of times) if (time < earliest) earliest = time;
  return earliest;
}

/** The last line, without its newline; `undefined` when there is none. */
export function lastLine({ lines, count }: LineBatch): Buffer | undefined {
  if (count === 0) return undefined;
  const start = lines.lastIndexOf(newline, lines.length - 2) + 1;
  return lines.subarray(start, lines.length - 1);
}
