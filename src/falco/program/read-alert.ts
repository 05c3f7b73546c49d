import { parse } from 'lossless-json';
import { DocktapeError } from '../../errors.js';
import { toBytes } from '../../rules/bytes.js';
import type { FieldValue } from '../../rules/event-batch.js';
import type { Alert } from '../../rules/output/alert.js';
import type { OutputFields } from '../../rules/output/output-format.js';
import { PRIORITIES, type Priority } from '../../rules/priority.js';

/** How alerts are to be read. */
export interface AlertReading {
  /** The key of the event number in the fields. */
  readonly numberKey: string;
  readonly eventNumber?: (evtNum: number) => number;
  /** Fields of `details` alone, and those that are in the alert besides, by rule. */
  readonly details?: ReadonlyMap<string, readonly DetailField[]>;
}

/** A field that was asked for as a detail. */
export interface DetailField {
  readonly name: string;
  /** Whether the alert has it anyway. */
  readonly shown: boolean;
}

/** How much of a line that cannot be read is shown. */
const EXCERPT = 200;

/**
 * The alert that a line of Falco's JSON holds, as the embedded engine would have made it. Falco's own notices, whose source is
 * `internal`, are none: they give the text of the notice.
 *
 * @throws DocktapeError `FALCO` for a line that is no alert
 */
export function readAlert(line: string, reading: AlertReading): Alert | string {
  try {
    const members = membersOf(parse(line, null, BigInt));
    if (members.source === 'internal') return text(members.output);
    return alertOf(members, reading);
  } catch (cause) {
    const shown = line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line;
    throw new DocktapeError('FALCO', `Falco printed a line that is no alert as docktape knows them: ${shown}`, {
      cause,
    });
  }
}

type Members = Readonly<Record<string, unknown>>;

function alertOf(members: Members, { numberKey, eventNumber, details }: AlertReading): Alert {
  const values = new Map(Object.entries(membersOf(members.output_fields)));
  const number = Number(text(values.get(numberKey)));
  values.delete(numberKey);
  const rule = text(members.rule);
  const detailFields = details?.get(rule) ?? [];
  const detailValues = detailFields.map(({ name }) => [name, values.get(name)] as const);
  for (const { name, shown } of detailFields) if (!shown) values.delete(name);
  const priority = priorityOf(members.priority);
  const { prefix, message } = splitOutput(text(members.output), priority);
  return {
    rule,
    source: text(members.source),
    priority,
    tags: texts(members.tags),
    hostname: text(members.hostname),
    time: nanoseconds(text(members.time)),
    number,
    event: eventNumber?.(number),
    prefix,
    message: toBytes(message),
    fields: fieldsOf(values),
    details: fieldsOf(detailValues),
  };
}

/** `TIME: PRIORITY MESSAGE`. */
function splitOutput(output: string, priority: Priority): { prefix: string; message: string } {
  const separator = `: ${priority} `;
  const at = output.indexOf(separator);
  if (at < 0) throw new TypeError('the output does not begin with time and priority');
  const end = at + separator.length;
  return { prefix: output.slice(0, end - 1), message: output.slice(end) };
}

function fieldsOf(values: Iterable<readonly [string, unknown]>): OutputFields {
  return new Map([...values].map(([name, value]) => [toBytes(name), fieldValue(value)]));
}

function fieldValue(value: unknown): FieldValue {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(fieldValue) as (string | bigint | boolean)[];
  if (typeof value === 'string') return toBytes(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return value;
  throw new TypeError('a field has a value of no known type');
}

/** `YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ` in nanoseconds since the epoch. */
function nanoseconds(time: string): bigint {
  const [, seconds, fraction] = /^(.{19})\.(\d{9})Z$/.exec(time) ?? [];
  return BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction ?? '');
}

function priorityOf(value: unknown): Priority {
  const priority = PRIORITIES.find((known) => known === value);
  if (!priority) throw new TypeError('no such priority');
  return priority;
}

function membersOf(value: unknown): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new TypeError('not an object');
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(text);
  throw new TypeError('not a list');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('not a text');
}
