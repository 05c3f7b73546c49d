import { toText } from '../rules/bytes.js';
import type { Alert } from '../rules/output/alert.js';
import { alertJson } from '../rules/output/alert-json.js';
import { type PlainValue, plainValue } from '../rules/output/plain-value.js';
import type { Priority } from '../rules/priority.js';

/** An alert as tests compare it: plain data, which can leave the thread that raised it. */
export interface AlertRecord {
  readonly rule: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  /** The rule's output with the fields filled in. */
  readonly output: string;
  /** The fields of the output, and those that expectations ask for besides; null where absent. */
  readonly fields: Readonly<Record<string, PlainValue>>;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** The event number. */
  readonly event: number;
  /** The alert as Falco's JSON with the event number, in one line: what a golden holds. Only where it was asked for. */
  readonly json?: string;
}

/** The record of an alert that has an event number. */
export function alertRecord(alert: Alert): AlertRecord {
  const json = alertJson(alert, { output: true, outputFields: true, tags: true, message: false });
  return { ...briefRecord(alert), json };
}

/** The record without its JSON, which takes longer than all the rest. */
export function briefRecord(alert: Alert): AlertRecord {
  const { rule, priority, tags, message, fields, details, time, event, number } = alert;
  const plain = [...fields, ...details].map(([name, value]) => [toText(name), plainValue(value)] as const);
  return {
    rule,
    priority,
    tags,
    output: toText(message),
    fields: Object.fromEntries(plain),
    time,
    event: event ?? number,
  };
}

/** The JSON of an alert whose record has it; without it, nobody said that it would be needed, which is a defect. */
export function jsonOf({ json, rule, event }: AlertRecord): string {
  if (json === undefined) throw new Error(`the alert of "${rule}" on event ${event} was recorded without its JSON`);
  return json;
}
