import { isoTime } from '../../time.js';
import { toText } from '../bytes.js';
import type { FieldValue } from '../event-batch.js';
import type { Alert } from './alert.js';

/** Which of an alert's members are written: Falco's settings `json_include_*`. */
export interface JsonMembers {
  readonly output: boolean;
  readonly outputFields: boolean;
  readonly tags: boolean;
  readonly message: boolean;
}

/**
 * An alert in one line of JSON: Falco's members, and `event`, the event number, when there is one. Keys are in alphabetical
 * order, as Falco has them. Numbers are written digit by digit: nanoseconds do not fit JavaScript's.
 */
export function alertJson(alert: Alert, include: JsonMembers): string {
  const members: [string, string][] = [];
  const add = (name: string, json: string) => members.push([name, json]);
  if (alert.event !== undefined) add('event', String(alert.event));
  add('hostname', JSON.stringify(alert.hostname));
  if (include.message) add('message', text(alert.message));
  if (include.output) add('output', text(`${alert.prefix} ${alert.message}`));
  if (include.outputFields) add('output_fields', object(alert.fields));
  add('priority', JSON.stringify(alert.priority));
  add('rule', JSON.stringify(alert.rule));
  add('source', JSON.stringify(alert.source));
  if (include.tags) add('tags', JSON.stringify(alert.tags));
  add('time', JSON.stringify(isoTime(alert.time, 'Z')));
  return `{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

function object(fields: ReadonlyMap<string, FieldValue>): string {
  const names = [...fields.keys()].sort();
  return `{${names.map((name) => `${text(name)}:${value(fields.get(name))}`).join(',')}}`;
}

function value(field: FieldValue): string {
  if (field === undefined) return 'null';
  if (Array.isArray(field)) return `[${field.map(value).join(',')}]`;
  return typeof field === 'string' ? text(field) : String(field);
}

function text(bytes: string): string {
  return JSON.stringify(toText(bytes));
}
