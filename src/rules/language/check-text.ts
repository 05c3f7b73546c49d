import { isUtf8 } from 'node:buffer';
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

/** A check in one spelling, which reads the same when it is parsed again: `docker.status in (create, start, die)`. */
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
  const text = isText(bytes) ? toText(bytes) : '';
  return plain.test(text) ? text : undefined;
}

function quoted(bytes: ByteString): string {
  const isReadable = isText(bytes);
  const escaped = bytes.replace(/[^ !#-[\]-~]/g, (byte) => {
    if (byte > '\x7f' && isReadable) return byte;
    return ESCAPES[byte] ?? hexEscape(byte);
  });
  // Falco takes no quote behind a backslash for the end of a string, not even when that backslash is escaped.
  return toText(`"${escaped.endsWith('\\\\') ? `${escaped.slice(0, -2)}${hexEscape('\\')}` : escaped}"`);
}

function hexEscape(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function isText(bytes: ByteString): boolean {
  return isUtf8(Buffer.from(bytes, 'latin1'));
}
