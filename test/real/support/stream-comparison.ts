import { type EventsRequest, REMEMBERED } from './faulty-connection.js';

/** Nanoseconds in which a client has read what was passed on to it, on a busy machine too. */
const READ = 300_000_000n;

/** An event's place among those by its time differs from its place in the daemon's memory by less than this. */
const DISORDER = 40;

/** A stretch of the stream that docktape itself calls incomplete; nanoseconds since the epoch. */
export interface ReportedGap {
  readonly from: bigint;
  readonly to: bigint;
  readonly reason: string;
  readonly loss: string;
  /** How many events were dropped, where docktape counted them. */
  readonly dropped: number;
}

/** What docktape delivered, beside what really happened. */
export interface Comparison {
  /** The daemon's events that were delivered. */
  readonly delivered: number;
  /** Lines that were delivered more often than they happened. */
  readonly repeated: string[];
  /** Lines that were not delivered. */
  readonly missing: string[];
  /** Lines that were not delivered though no gap holds their time. */
  readonly unreported: string[];
  readonly gaps: ReportedGap[];
  /** docktape's own events of other actions. */
  readonly others: OwnEvent[];
}

/** One of docktape's own events. */
export interface OwnEvent {
  readonly Action: string;
  readonly Actor: { readonly Attributes: Readonly<Record<string, string>> };
}

/**
 * Compares lines as multisets: the daemon tells each reader of events that happen together in an order of its own.
 *
 * @param truth what a client saw to whom nothing happened, and who was there from the first delivered event to the last
 * @param delivered docktape's own events among them
 */
export function compareStreams(truth: readonly string[], delivered: readonly string[]): Comparison {
  const own = delivered.filter(isOwn).map((line) => JSON.parse(line) as OwnEvent);
  const lines = delivered.filter((line) => !isOwn(line));
  const gaps = own.filter(({ Action }) => Action === 'gap').map(gapOf);
  const missing = without(truth, lines);
  return {
    delivered: lines.length,
    repeated: without(lines, truth),
    missing,
    unreported: missing.filter((line) => !gaps.some((gap) => holds(gap, timeOf(line)))),
    gaps,
    others: own.filter(({ Action }) => Action !== 'gap'),
  };
}

/** The time in an event, nanoseconds since the epoch, which a JSON number of JavaScript would round. */
export function timeOf(line: string): bigint {
  return BigInt(/"timeNano":(\d+)}$/.exec(line)?.[1] ?? 0);
}

export function holds({ from, to }: ReportedGap, time: bigint): boolean {
  return from <= time && time <= to;
}

/**
 * Of the missing lines those that the daemon still remembered when it was asked, which is what must not happen. A gap is
 * what the last request before its end did not bring, or when its answer was cut short, the next one.
 */
export function rememberedOf(
  { missing, gaps }: Comparison,
  truth: readonly string[],
  requests: readonly EventsRequest[],
): string[] {
  const times = truth.map(timeOf).sort((one, other) => Number(one - other));
  const looks = gaps.map((gap) => {
    const last = requests.findLastIndex(({ at }) => at <= gap.to);
    const whole = requests.slice(Math.max(0, last)).find(isWhole);
    return { gap, at: whole?.answered ?? times.at(-1) ?? gap.to };
  });
  return missing.filter((line) => {
    const time = timeOf(line);
    const newer = looks
      .filter(({ gap }) => holds(gap, time))
      .map(({ at }) => countUpTo(times, at) - countUpTo(times, time));
    return newer.every((count) => count < REMEMBERED - DISORDER);
  });
}

/** Whether the client has had all that the daemon remembered. */
function isWhole({ passed, ended }: EventsRequest): boolean {
  return passed !== undefined && (ended === undefined || ended - passed >= READ);
}

/** How many of the times, which are in order, are not after `last`. */
function countUpTo(times: readonly bigint[], last: bigint): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as bigint) <= last) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isOwn(line: string): boolean {
  return line.startsWith('{"Type":"docktape"');
}

function gapOf({ Actor: { Attributes } }: OwnEvent): ReportedGap {
  const { from = '', to = '', reason = '', loss = '', dropped = '0' } = Attributes;
  return { from: nanoseconds(from), to: nanoseconds(to), reason, loss, dropped: Number(dropped) };
}

/** An RFC 3339 time with nine decimals. */
function nanoseconds(text: string): bigint {
  const [seconds = '', fraction = ''] = text.replace('Z', '').split('.');
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction);
}

/** The lines of `all` that are not among `others`, each as often as it is there more often. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return all.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
