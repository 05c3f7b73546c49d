import { isoTime } from '../../time.js';
import { toBytes } from '../bytes.js';
import type { CompiledRule } from '../load/compile-rules.js';
import type { StreamContext } from '../stream-context.js';
import type { Alert } from './alert.js';
import type { OutputFields, OutputRow } from './output-format.js';
import { clockTime } from './time.js';

/** What of the settings an alert's content depends on. */
export interface AlertOptions {
  readonly timeFormatIso8601: boolean;
  readonly eventNumber?: (evtNum: number) => number;
}

/** Makes alerts of matches, as Falco does (`formats.cpp`). */
export class AlertBuilder {
  constructor(
    private readonly source: string,
    private readonly stream: StreamContext,
    private readonly options: AlertOptions,
  ) {}

  build(rule: CompiledRule, row: OutputRow): Alert {
    const { name, priority, tags } = rule.definition;
    const { batch } = row.columns;
    const time = batch.times[row.index] as bigint;
    const number = batch.firstNumber + row.index;
    const timeText = this.options.timeFormatIso8601 ? isoTime(time, '+0000') : clockTime(time, true);
    return {
      rule: name,
      source: this.source,
      priority,
      tags,
      hostname: this.stream.host,
      time,
      number,
      event: this.options.eventNumber?.(number),
      prefix: `${timeText}: ${priority}`,
      message: rule.output.text(row),
      fields: this.fields(rule, row, time),
      details: detailsOf(rule, row),
    };
  }

  private fields(rule: CompiledRule, row: OutputRow, time: bigint): OutputFields {
    const fields: OutputFields = new Map();
    rule.output.addFields(row, fields);
    fields.set(toBytes(this.options.timeFormatIso8601 ? 'evt.time.iso8601' : 'evt.time'), time);
    for (const field of rule.extraFields) field.addFields(row, fields);
    for (const [name, format] of rule.extraTexts) fields.set(name, format.text(row));
    return fields;
  }
}

function detailsOf(rule: CompiledRule, row: OutputRow): OutputFields {
  const details: OutputFields = new Map();
  for (const field of rule.details) field.addFields(row, details);
  return details;
}
