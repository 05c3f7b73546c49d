import { globText, numberText, pathText, regexText, someText } from './condition-words.js';
import type { SampledField } from './field-samples.js';
import type { Random } from './random.js';

/** The operators that sysdig knows. */
export const OPERATORS = [
  ...['exists', '=', '==', '!=', '<', '<=', '>', '>=', 'in', 'intersects', 'pmatch'],
  ...['contains', 'icontains', 'bcontains', 'startswith', 'bstartswith', 'endswith', 'glob', 'iglob', 'regex'],
] as const;

export type OperatorName = (typeof OPERATORS)[number];

const TYPES = ['string', 'uint64', 'abstime', 'reltime', 'bool'] as const;
const TEXT_TRANSFORMERS = ['tolower', 'toupper', 'basename', 'b64'];
const LIST_OPERATORS: readonly OperatorName[] = ['in', 'intersects', 'pmatch'];
const NUMBER_OPERATORS: readonly OperatorName[] = ['<', '<=', '>', '>='];
/** Operators that are no error, by what sort of type they are for; those that are one come up as well, but less often. */
const FITTING = {
  string: OPERATORS.filter((operator) => !operator.startsWith('b')),
  number: ['exists', '=', '!=', '<', '<=', '>', '>=', 'in', 'intersects'],
  bool: ['exists', '=', '!=', 'in', 'intersects'],
} as const satisfies Record<string, readonly OperatorName[]>;

/** Fields that no engine has, some of them nearly. */
const UNKNOWN_FIELDS = [
  ...['docker.typ', 'docker.types', 'Docker.type', 'docker', 'docker.', 'docker.attributes', 'docker.attributes.team'],
  ...['docker.type[name]', 'docker.attributes[]', 'docker.attributes[a b]', 'docker.attributes["a b"]', 'evt.nums'],
  ...['docker.attributes[name', 'docker.attributes [name]', 'docker.attributes[na[me]', 'docker.attributes["na]me"]'],
];

/** Writes random conditions over the fields of a capture, in the language that sysdig 0.41.4 knows. */
export class ConditionGenerator {
  /** Fields that some event has, and those that differ between events. */
  private readonly present: readonly SampledField[];
  private readonly varied: readonly SampledField[];
  /** Whether the condition may have something in it that is refused. */
  private wild = true;

  constructor(
    private readonly random: Random,
    private readonly fields: readonly SampledField[],
  ) {
    this.present = fields.filter(({ values }) => values.length > 0);
    this.varied = fields.filter(({ values }) => values.length > 1);
  }

  /** One term for each operator on each type of field. */
  everyOperator(): string[] {
    return OPERATORS.flatMap((operator) =>
      TYPES.map((type) => this.term(this.random.pick(this.fields.filter((field) => field.type === type)), operator)),
    );
  }

  condition(): string {
    const { random } = this;
    this.wild = random.chance(0.2);
    const text = random.weighted([
      [45, () => this.term()],
      [50, () => this.expression(random.between(1, 4))],
      [3, () => this.deep()],
    ])();
    return random.chance(0.08) ? this.damaged(text) : text;
  }

  private expression(depth: number): string {
    if (depth <= 0) return this.term();
    const { random } = this;
    return random.weighted([
      [3, () => this.term()],
      [4, () => this.chain('and', depth)],
      [6, () => this.chain('or', depth)],
      [3, () => this.negation(depth)],
      [2, () => this.parenthesised(depth)],
    ])();
  }

  private chain(keyword: string, depth: number): string {
    const { random } = this;
    const parts = random.list(2, random.chance(0.1) ? 9 : 3, () =>
      random.chance(0.6) ? this.parenthesised(depth - 1) : this.expression(depth - 1),
    );
    return parts.reduce((text, part) => {
      const before = text.endsWith(')') && random.chance(0.2) ? '' : this.blank();
      const after = part.startsWith('(') && random.chance(0.3) ? '' : this.blank();
      return `${text}${before}${keyword}${after}${part}`;
    });
  }

  private negation(depth: number): string {
    const { random } = this;
    const part = random.chance(0.7) ? this.parenthesised(depth - 1) : this.term();
    const after = part.startsWith('(') && random.chance(0.4) ? '' : this.blank();
    return `${`not${this.blank()}`.repeat(
      random.weighted([
        [8, 0],
        [2, 1],
        [1, 2],
      ]),
    )}not${after}${part}`;
  }

  private parenthesised(depth: number): string {
    const inside = () => (this.random.chance(0.8) ? '' : this.blank());
    return `(${inside()}${this.expression(depth)}${inside()})`;
  }

  private deep(): string {
    const { random } = this;
    let text = this.term();
    for (let level = random.between(10, 60); level > 0; level--) {
      const wrap = random.pick(['(%)', 'not (%)', `(% or ${this.term()})`, `(${this.term()} and not(%))`]);
      text = wrap.replace('%', () => text);
    }
    return text;
  }

  private term(field = this.field(), operator?: OperatorName): string {
    const { random } = this;
    const transformed = random.chance(0.12) ? this.transformed(field) : undefined;
    const operand = transformed ?? { ...field, text: this.leftText(field) };
    const chosen = operator ?? this.operator(operand);
    const letters = /^[a-z]/.test(chosen);
    if (chosen === 'exists') return `${operand.text}${this.blank()}exists`;
    const around = () => (letters || random.chance(0.7) ? this.blank() : '');
    return `${operand.text}${around()}${chosen}${around()}${this.right(operand, chosen)}`;
  }

  private field(): SampledField {
    const { random } = this;
    return random.pick(
      random.weighted([
        [8, this.varied],
        [1, this.present],
        [1, this.fields],
      ]),
    );
  }

  private leftText({ text }: SampledField): string {
    const { random } = this;
    if (this.wild && random.chance(0.08)) return random.pick(UNKNOWN_FIELDS);
    const [, name, key] = /^([^[]+)\[(.+)\]$/.exec(text) ?? [];
    return key && random.chance(0.4) ? `${name}[${this.quoted(key)}]` : text;
  }

  private operator(field: SampledField): OperatorName {
    const sort = field.type === 'string' || field.type === 'bool' ? field.type : 'number';
    return this.random.pick<OperatorName>(this.wild && this.random.chance(0.2) ? OPERATORS : FITTING[sort]);
  }

  /** Transformers around a field, and the field that this is alike; undefined when no transformer takes it. */
  private transformed(field: SampledField): SampledField | undefined {
    const { random } = this;
    if (field.type !== 'string' && !this.wild) return undefined;
    const gap = () => (random.chance(0.8) ? '' : this.blank());
    const around = (name: string, inner: string) => `${name}(${gap()}${inner}${gap()})`;
    const text = random
      .list(0, 2, () => random.pick(TEXT_TRANSFORMERS))
      .reduce((inner, name) => around(name, inner), field.text);
    if (text !== field.text && random.chance(0.7)) return { ...field, text };
    const lengths = [...new Set(field.values.map((value) => String(Buffer.byteLength(value))))];
    return { text: around('len', text), type: 'uint64', values: lengths };
  }

  private right(field: SampledField, operator: OperatorName): string {
    const { random } = this;
    const takesField = operator !== 'pmatch' && operator !== 'regex';
    if (random.chance(0.1) && (takesField || this.wild)) return this.rightField(field);
    if (LIST_OPERATORS.includes(operator)) return this.list(field, operator);
    const value = this.value(field, operator);
    return NUMBER_OPERATORS.includes(operator) && !(this.wild && random.chance(0.1)) ? value : this.literal(value);
  }

  private rightField({ type }: SampledField): string {
    const { random } = this;
    const alike = this.present.filter((other) => other.type === type);
    const field = random.pick(alike.length > 0 && !(this.wild && random.chance(0.4)) ? alike : this.fields);
    const transformed = random.chance(0.25) ? this.transformed(field) : undefined;
    return transformed && (this.wild || transformed.type === type) ? transformed.text : `val(${field.text})`;
  }

  private list(field: SampledField, operator: OperatorName): string {
    const { random } = this;
    const { type } = field;
    if (random.chance(0.03) && (type === 'string' || this.wild)) return 'container';
    const values = random.list(random.chance(0.05) ? 0 : 1, 5, () => this.value(field, operator));
    // sysdig, and Falco 0.44.1, crash at two globs of one list that match the same part of a path.
    const glob = values.find((value) => /[?*[]/.test(value));
    const usable = values.filter((value) => operator !== 'pmatch' || value === glob || !/[?*[]/.test(value));
    const items = usable.map((value) => this.literal(value));
    const gap = () => (random.chance(0.7) ? '' : this.blank());
    return `(${gap()}${items.join(`${gap()},${gap()}`)}${gap()})`;
  }

  private value(field: SampledField, operator: OperatorName): string {
    const value = this.anyValue(field, operator);
    // A value of more than 255 bytes is refused, and so is a quote behind a backslash.
    return this.wild ? value : value.slice(0, 100).replace(/\\$/, '');
  }

  private anyValue({ type, values }: SampledField, operator: OperatorName): string {
    const { random, wild } = this;
    if (type === 'bool') return random.pick(wild ? ['true', 'false', 'yes', '1', 'True', ''] : ['true', 'false']);
    if (type !== 'string') return numberText(random, values, wild);
    if (NUMBER_OPERATORS.includes(operator)) return numberText(random, [], wild);
    if (operator === 'glob' || operator === 'iglob') return globText(random, values);
    if (operator === 'regex') return regexText(random, values, wild);
    return operator === 'pmatch' ? pathText(random, values) : someText(random, values);
  }

  private literal(value: string): string {
    return /^[^()"' \t\n\v\f\r=,]+$/.test(value) && this.random.chance(0.5) ? value : this.quoted(value);
  }

  private quoted(value: string): string {
    const { random } = this;
    const quote = random.pick(['"', "'"]);
    const escapes: Record<string, string> = {
      '\b': '\\b',
      '\f': '\\f',
      '\n': '\\n',
      '\r': '\\r',
      '\t': '\\t',
      '/': '\\/',
    };
    const letters = [...value].map((letter) => {
      if (letter === quote || letter === '\\') return `\\${letter}`;
      return random.chance(letter === '/' ? 0.1 : 0.7) ? (escapes[letter] ?? letter) : letter;
    });
    if (this.wild && random.chance(0.08))
      letters.push(random.pick(['\\q', '\\x41', '\\ ', `\\${quote === '"' ? "'" : '"'}`, '\\']));
    return `${quote}${letters.join('')}${quote}`;
  }

  private blank(): string {
    return this.random.weighted([
      [20, ' '],
      [1, '  '],
      [1, '\n'],
      [1, '\t'],
      [1, ' \r\n '],
    ]);
  }

  /** The condition with a character or a word too many, too few or in the wrong place. */
  private damaged(text: string): string {
    const { random } = this;
    const at = random.between(0, text.length - 1);
    const words = text.split(' ');
    const word = random.between(0, words.length - 1);
    return random.pick([
      () => text.slice(0, at) + text.slice(at + 1),
      () => text.slice(0, at) + random.pick([...'()[]\'"\\ ,=!<>.%*?^$-+x0\n\t\f']) + text.slice(at),
      () => text.slice(0, at + 1),
      () => words.toSpliced(word, 1).join(' ') || 'x',
      () =>
        words
          .toSpliced(word, 0, random.pick(['and', 'or', 'not', 'NOT', 'exists', 'in', '(', ')', '=', 'x', '1']))
          .join(' '),
      () => words.toSpliced(word, 0, words[word] as string).join(' '),
      () => text.replace(/\b(and|or|not|exists|in|contains)\b/, (keyword) => keyword.toUpperCase()),
    ])();
  }
}
