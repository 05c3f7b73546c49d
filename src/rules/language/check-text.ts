import { toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import type { Check, Literal, Operand } from './ast.js';

/** What needs no quotes: a value on the right side, an argument in brackets, a number between a transformer's parentheses. */
const PLAIN_VALUE = /^[^()"' =,\\\p{Cc}]+$/u;
const PLAIN_ARGUMENT = /^[^\][" '\\\p{Cc}]+$/u;
const PLAIN_NUMBER = /^[+-]?[0-9]+$/;

/** Escapes that have a letter. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/**
 * A check in one spelling, which reads the same when it is parsed again: `docker.status in (create, start, die)`. Control
 * characters that Falco has no escape for stand as they are.
 */
export function checkText({ left, operator, modifier, right }: Check): string {
  const side = right && (right.kind === 'literals' ? `(${right.items.map(valueText).join(', ')})` : rightText(right));
  return [operandText(left), operator, modifier, side].filter((part) => part !== undefined).join(' ');
}

/** An operand in one spelling, as it stands on the left side: `tolower(docker.action)`. */
export function operandText(operand: Operand): string {
  switch (operand.kind) {
    case 'field':
      return operand.name + argumentText(operand.arg);
    case 'literal':
      return PLAIN_NUMBER.test(operand.value) ? operand.value : quoted(operand.value);
    case 'operands':
      return `(${operand.items.map(operandText).join(', ')})`;
    case 'transformer':
      return `${operand.name}(${operand.args.map(operandText).join(', ')})${argumentText(operand.arg)}`;
  }
}

function rightText(operand: Operand): string {
  if (operand.kind === 'literal') return valueText(operand);
  return operand.kind === 'field' ? `val(${operandText(operand)})` : operandText(operand);
}

function valueText({ value }: Literal): string {
  return plainText(value, PLAIN_VALUE) ?? quoted(value);
}

function argumentText(arg: ByteString | undefined): string {
  return arg === undefined ? '' : `[${plainText(arg, PLAIN_ARGUMENT) ?? quoted(arg)}]`;
}

function plainText(bytes: ByteString, plain: RegExp): string | undefined {
  const text = toText(bytes);
  return plain.test(text) ? text : undefined;
}

function quoted(bytes: ByteString): string {
  const escaped = toText(bytes).replace(/["\\\p{Cc}]/gu, (character) => ESCAPES[character] ?? character);
  // Falco takes no quote behind a backslash for the end of a string, and a backslash before a blank for a backslash.
  return `"${bytes.endsWith('\\') ? `${escaped.slice(0, -1)} ` : escaped}"`;
}
