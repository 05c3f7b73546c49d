import type { EventBatch, FieldValue } from '#docktape/rules/event-batch.js';
import type { FieldInfo } from '#docktape/rules/field-info.js';
import type { Random } from '../../capture/support/random.js';

const KEYS = ['name', 'image', 'exitCode', 'signal', 'team', 'read/write', '/etc', 'nosuch'];

/** A field, how a condition names it, and the values that it has on events. */
interface Seen {
  readonly text: string;
  readonly type: FieldInfo['type'];
  readonly isList: boolean;
  readonly values: readonly FieldValue[];
}

/** Conditions of random comparisons with values that events have, or nearly have: so that many hold, and many contradict each other. */
export class RandomConditions {
  private readonly fields: readonly Seen[];

  constructor(
    private readonly random: Random,
    infos: readonly FieldInfo[],
    events: EventBatch,
  ) {
    this.fields = infos.flatMap(({ name, type, isList = false, arg }) => {
      const keys = arg ? KEYS : [undefined];
      return keys.map((key): Seen => {
        const [column] = events.extract([key === undefined ? { field: name } : { field: name, arg: key }]);
        const values = (column?.values ?? []).flat().filter((value) => value !== undefined);
        return { text: key === undefined ? name : `${name}[${key}]`, type, isList, values };
      });
    });
  }

  /** A condition of one to some eight comparisons. */
  next(depth = 2): string {
    const kind = depth === 0 ? 0 : this.random.below(6);
    if (kind <= 1) return this.term();
    if (kind === 2) return `not (${this.next(depth - 1)})`;
    const parts = Array.from({ length: 2 + this.random.below(2) }, () => `(${this.next(depth - 1)})`);
    return parts.join(kind === 3 ? ' or ' : ' and ');
  }

  /** One comparison, perhaps negated. */
  term(): string {
    return `${this.random.below(4) === 0 ? 'not ' : ''}${this.comparison()}`;
  }

  private comparison(): string {
    // Most of the time one of a few fields, so that comparisons meet.
    const few = this.fields.filter(({ text }) =>
      /docker\.(type|action|action\.verb|exitcode|status|exec\.command)$/.test(text),
    );
    const field = this.random.pick(this.random.below(3) > 0 ? few : this.fields);
    if (this.random.below(10) === 0) return `${field.text} exists`;
    if (field.isList) return `${field.text} ${this.random.pick(['in', 'intersects'])} ${this.texts(field)}`;
    switch (field.type) {
      case 'string':
        return this.ofText(field);
      case 'bool':
        return `${field.text} ${this.random.pick(['=', '!='])} ${this.random.pick(['true', 'false'])}`;
      default:
        return this.ofNumber(field);
    }
  }

  private ofText(field: Seen): string {
    const value = this.text(field);
    const part = value.slice(this.random.below(3), 3 + this.random.below(8));
    const lists = () => this.texts(field);
    const other = this.random.pick(this.fields.filter(({ type, isList }) => type === 'string' && !isList));
    const comparisons: readonly (() => string)[] = [
      () => `= ${quoted(value)}`,
      () => `= ${quoted(value)}`,
      () => `!= ${quoted(value)}`,
      () => `in ${lists()}`,
      () => `in ${lists()}`,
      () => `= ${this.random.pick(['oneof', 'anyof', 'allof'])} ${lists()}`,
      () => `startswith ${quoted(value.slice(0, 1 + this.random.below(6)))}`,
      () => `startswith ${this.random.pick(['oneof', 'anyof', 'allof'])} ${lists()}`,
      () => `endswith ${quoted(value.slice(-1 - this.random.below(4)))}`,
      () => `${this.random.pick(['contains', 'icontains'])} ${quoted(part)}`,
      () => `${this.random.pick(['glob', 'iglob'])} ${quoted(`${value.slice(0, 2).replace(/[[\]*?\\]/g, '')}*`)}`,
      () => `regex ${this.random.pick(["'[a-z]+'", "'.*e.*'", "'[0-9a-f]{64}'"])}`,
      () => `pmatch ${lists()}`,
      () => `= val(${other.text})`,
    ];
    return `${this.operand(field)} ${this.random.pick(comparisons)()}`;
  }

  private operand({ text }: Seen): string {
    const name = this.random.pick(['', '', '', '', '', 'tolower', 'toupper', 'basename']);
    return name === '' ? text : `${name}(${text})`;
  }

  private ofNumber(field: Seen): string {
    const known = this.random.pick(field.values.length > 0 ? field.values : [1n]) as bigint;
    const near = known + BigInt(this.random.below(3) - 1);
    const value = near < 0n ? 0n : near;
    const operators = ['=', '!=', '<', '<=', '>', '>='];
    if (this.random.below(5) === 0) return `${field.text} in (${value}, ${known}, 3)`;
    return `${field.text} ${this.random.pick(operators)} ${value}`;
  }

  private texts(field: Seen): string {
    return `(${Array.from({ length: 3 }, () => quoted(this.text(field))).join(', ')})`;
  }

  private text({ values }: Seen): string {
    const texts = values.filter((value) => typeof value === 'string');
    return texts.length === 0 || this.random.below(12) === 0 ? 'other' : this.random.pick(texts);
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '').slice(0, 120)}'`;
}
