import { isoTime } from '../../time.js';
import { toBytes } from '../bytes.js';
import type { EventBatch, FieldValue } from '../event-batch.js';
import type { FieldInfo } from '../field-info.js';
import { clockTime, dateTime } from '../output/time.js';
import type { StreamContext } from '../stream-context.js';

/** One event of a batch. */
export interface EventAt {
  readonly batch: EventBatch;
  readonly index: number;
  readonly stream: StreamContext;
}

/** A field that Falco has for events of any source. */
export interface EventField extends FieldInfo {
  /** Whether it is the same for every event of a stream. */
  readonly isConstant?: boolean;
  value(event: EventAt): FieldValue;
  /** What an alert's text shows, where that is not the value. */
  text?(event: EventAt): string;
  /** What a JSON alert has, where that is not the value. */
  json?(event: EventAt): bigint;
}

const SECOND = 1_000_000_000n;

function timeOf({ batch, index }: EventAt): bigint {
  return batch.times[index] as bigint;
}

/** Modulo 2^64, as in Falco: an event may be older than the first one. */
function sinceFirst(event: EventAt): bigint {
  return BigInt.asUintN(64, timeOf(event) - event.stream.firstTime);
}

/** A time as text; JSON has the nanoseconds instead. */
function timeText(name: string, desc: string, format: (time: bigint) => string): EventField {
  return { name, type: 'string', desc, value: (event) => format(timeOf(event)), json: timeOf };
}

/** A number of nanoseconds or seconds; texts pad the nanoseconds within a second to nine digits. */
function number(
  name: string,
  type: 'abstime' | 'reltime',
  desc: string,
  value: (event: EventAt) => bigint,
  padded = false,
): EventField {
  const field = { name, type, desc, value };
  return padded ? { ...field, text: (event) => value(event).toString().padStart(9, '0') } : field;
}

/** The generic fields of Falco's library (`sinsp_filtercheck_gen_event.cpp`). */
export const EVENT_FIELDS: readonly EventField[] = [
  {
    name: 'evt.num',
    type: 'uint64',
    desc: 'Number of the event in its stream, from 1.',
    value: ({ batch, index }) => BigInt(batch.firstNumber + index),
  },
  timeText('evt.time', 'Time of day with nanoseconds, in the local time zone.', (time) => clockTime(time, true)),
  timeText('evt.time.s', 'Time of day, in the local time zone.', (time) => clockTime(time, false)),
  timeText('evt.time.iso8601', 'Date and time in ISO 8601, in UTC.', (time) => isoTime(time, '+0000')),
  timeText('evt.datetime', 'Date and time with nanoseconds, in the local time zone.', (time) => dateTime(time, true)),
  timeText('evt.datetime.s', 'Date and time, in the local time zone.', (time) => dateTime(time, false)),
  number('evt.rawtime', 'abstime', 'Nanoseconds since the epoch.', timeOf),
  number('evt.rawtime.s', 'abstime', 'Seconds since the epoch.', (event) => timeOf(event) / SECOND),
  number('evt.rawtime.ns', 'abstime', 'Nanoseconds within the second.', (event) => timeOf(event) % SECOND, true),
  number('evt.reltime', 'reltime', 'Nanoseconds since the first event of the stream.', sinceFirst, true),
  number('evt.reltime.s', 'reltime', 'Seconds since the first event.', (event) => sinceFirst(event) / SECOND),
  number(
    'evt.reltime.ns',
    'reltime',
    'Its nanoseconds within the second.',
    (event) => sinceFirst(event) % SECOND,
    true,
  ),
  {
    name: 'evt.pluginname',
    type: 'string',
    desc: 'Name of the plugin that the event comes from.',
    isConstant: true,
    value: ({ stream }) => stream.plugin,
  },
  {
    name: 'evt.plugininfo',
    type: 'string',
    desc: "The event as the plugin prints it: the daemon's JSON.",
    value: ({ batch, index }) => batch.payload(index).toString('latin1'),
  },
  {
    name: 'evt.source',
    type: 'string',
    desc: 'Name of the event source.',
    isConstant: true,
    value: ({ stream }) => stream.source,
  },
  {
    name: 'evt.is_async',
    type: 'bool',
    desc: 'Whether the event was put into the stream from outside: never, with this source.',
    isConstant: true,
    value: () => false,
  },
  {
    name: 'evt.asynctype',
    type: 'string',
    desc: 'Kind of an asynchronous event: never there, with this source.',
    isConstant: true,
    value: () => undefined,
  },
  {
    name: 'evt.hostname',
    type: 'string',
    desc: 'Name of the host, or FALCO_HOSTNAME.',
    isConstant: true,
    value: ({ stream }) => toBytes(stream.host),
  },
];
