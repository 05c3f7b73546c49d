import type { Column, EventBatch, FieldRequest, FieldValue } from '#docktape/rules/event-batch.js';
import type { EventOrigin } from '#docktape/rules/event-origin.js';
import type { FieldInfo } from '#docktape/rules/field-info.js';

/** An event as a test writes it: field texts (`docker.attributes[name]`) and their values. */
export type TestEvent = Readonly<Record<string, FieldValue>>;

function field(name: string, type: FieldInfo['type'] = 'string', more: Partial<FieldInfo> = {}): FieldInfo {
  return { name, type, desc: `Test field ${name}.`, ...more };
}

/** A made-up plugin with a field of each kind, so that the engine is tested apart from any library. */
export const TEST_ORIGIN: EventOrigin = {
  info: { name: 'docker', version: '0.5.0', eventSource: 'docker' },
  fields: [
    field('docker.action'),
    field('docker.type'),
    field('docker.name'),
    field('docker.path'),
    field('docker.code', 'uint64'),
    field('docker.took', 'reltime'),
    field('docker.readonly', 'bool'),
    field('docker.args', 'string', { isList: true }),
    field('docker.codes', 'uint64', { isList: true }),
    field('docker.peer', 'ipaddr'),
    field('docker.attributes', 'string', { arg: { isRequired: true, isKey: true } }),
  ],
};

const FIRST_TIME = 1_700_000_000_000_000_001n;

/** A batch of events one second apart, with the columns that a plugin would give. Counts what it is asked for. */
export class TestBatch implements EventBatch {
  readonly times: BigUint64Array;
  readonly asked: FieldRequest[][] = [];

  constructor(
    private readonly events: readonly TestEvent[],
    readonly firstNumber = 1,
  ) {
    this.times = BigUint64Array.from(events, (_, i) => FIRST_TIME + BigInt(firstNumber - 1 + i) * 1_000_000_000n);
  }

  get count(): number {
    return this.events.length;
  }

  extract(requests: readonly FieldRequest[]): Column[] {
    this.asked.push([...requests]);
    return requests.map(({ field: name, arg }) => this.column(arg === undefined ? name : `${name}[${arg}]`));
  }

  payload(index: number): Buffer {
    const text = JSON.stringify(this.events[index], (_, value) => (typeof value === 'bigint' ? Number(value) : value));
    return Buffer.from(text);
  }

  private column(key: string): Column {
    const values: FieldValue[] = [undefined];
    const codes = Uint32Array.from(this.events, (event) => {
      const value = event[key];
      const known = values.indexOf(value);
      return known >= 0 ? known : values.push(value) - 1;
    });
    return { codes, values };
  }
}
