import { fail } from '../diagnostic.js';
import type { ByteString } from '../event-batch.js';
import { isModifiedOperator, OPERATOR_NAMES, takesList } from '../language/operators.js';
import { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';
import { type ExceptionDefinition, type ExceptionEntry, isList } from './definitions.js';

/** Whether a text is a field, or transformers around one, that the rule's source has. */
export type IsField = (text: LocatedText) => boolean;

/** Operators that an exception with a single field may use; besides these, a string operator with a modifier. */
const SINGLE_FIELD_OPERATORS = ['in', 'pmatch', 'intersects'];

/**
 * Checks an exception's fields and operators as Falco does when it meets the definition.
 *
 * @throws LoadFailure with what is wrong
 */
export function checkException(exception: ExceptionDefinition, isField: IsField | undefined): void {
  const { fields, comps, place } = exception;
  if (fields === undefined) invalid(`the exception '${exception.name}' needs 'fields'`, place);
  const names = isList(fields) ? fields : [fields];
  for (const name of names) {
    if (isList(name)) invalid(`the 'fields' of an exception must be texts`, place);
    if (isField && !isField(name)) invalid(`'${name}' is not a known field`, placeOf(name, place));
  }
  if (comps === undefined) return;
  if (!isList(fields)) checkSingleOperator(comps, place);
  else checkOperators(fields.length, comps, place);
}

function checkSingleOperator(comps: ExceptionEntry, place: Place): void {
  if (isList(comps)) invalid(`'fields' is a single text, so 'comps' must be one too`, place);
  const operator = comps.bytes.trim();
  if (!SINGLE_FIELD_OPERATORS.includes(operator) && !isModifiedOperator(operator)) {
    invalid(
      `'${operator}' cannot compare a single field with a list: use in, pmatch, intersects, or an operator such as 'startswith oneof'`,
      placeOf(comps, place),
    );
  }
}

function checkOperators(count: number, comps: ExceptionEntry, place: Place): void {
  const size = isList(comps) ? comps.length : 0;
  if (!isList(comps) || size !== count) {
    invalid(
      `'fields' has ${count} elements and 'comps' ${isList(comps) ? size : 'is not a list'}: they must be as many`,
      place,
    );
  }
  for (const comp of comps) {
    if (isList(comp)) invalid(`the 'comps' of an exception must be operators`, place);
    const operator = comp.bytes.trim();
    if (!OPERATOR_NAMES.includes(operator) && !isModifiedOperator(operator)) {
      invalid(`'${operator}' is not an operator`, placeOf(comp, place));
    }
  }
}

/**
 * The rule's condition with its exceptions: `(CONDITION) and not (…)` for each that has values.
 *
 * @throws LoadFailure when a value does not fit its exception's fields
 */
export function withExceptions(condition: LocatedText, exceptions: readonly ExceptionDefinition[]): LocatedText {
  if (exceptions.length === 0) return condition;
  const text = new TextBuilder(condition.place(0));
  text.add('(', condition, ')');
  for (const exception of exceptions) {
    if (exception.values.length === 0) continue;
    text.at = exception.place;
    text.add(' and not ');
    if (isList(exception.fields)) addTuples(text, exception, exception.fields);
    else addSingle(text, exception, exception.fields as LocatedText);
  }
  return text.build();
}

function addSingle(text: TextBuilder, exception: ExceptionDefinition, field: LocatedText): void {
  const operator = isList(exception.comps) ? undefined : exception.comps?.bytes.trim();
  text.add('(', field, ` ${operator ?? 'in'} (`);
  exception.values.forEach((value, i) => {
    if (isList(value)) {
      invalid(`the exception '${exception.name}' has a single field, so its values must be texts`, exception.place);
    }
    text.add(i > 0 ? ', ' : '', quoted(value));
  });
  text.add('))');
}

function addTuples(text: TextBuilder, exception: ExceptionDefinition, fields: readonly ExceptionEntry[]): void {
  const comps = isList(exception.comps) ? exception.comps : undefined;
  text.add('(');
  exception.values.forEach((tuple, t) => {
    if (!isList(tuple) || tuple.length !== fields.length) {
      invalid(
        `each value of the exception '${exception.name}' must be a list of ${fields.length}, one for each field`,
        isList(tuple) ? firstPlace(tuple, exception.place) : placeOf(tuple, exception.place),
      );
    }
    text.add(t > 0 ? ' or (' : '(');
    fields.forEach((field, i) => {
      const comp = comps?.[i] as LocatedText | undefined;
      const operator = comp?.bytes.trim() ?? '=';
      text.add(i > 0 ? ' and ' : '', field as LocatedText, ` ${operator} `);
      addValue(text, tuple[i] as ExceptionEntry, operator);
    });
    text.add(')');
  });
  text.add(')');
}

function addValue(text: TextBuilder, value: ExceptionEntry, operator: string): void {
  if (isList(value)) {
    text.add('(');
    value.forEach((item, i) => {
      // As in Falco, a list in such a list is an empty text.
      text.add(i > 0 ? ', ' : '', isList(item) ? '' : quoted(item));
    });
    text.add(')');
  } else if (takesList(operator) && !value.bytes.startsWith('(')) text.add('(', value, ')');
  else text.add(takesList(operator) ? value : quoted(value));
}

/** A text as it stands in a condition: one with blanks in it needs quotes, unless it has its own. */
export function quoteItem(item: ByteString): ByteString {
  return item.includes(' ') && !/^["']/.test(item) ? `"${item}"` : item;
}

function quoted(item: LocatedText): LocatedText {
  if (quoteItem(item.bytes) === item.bytes) return item;
  const quote = LocatedText.generated('"', item.place(0));
  return LocatedText.concat([quote, item, quote]);
}

/** Puts a text together from parts that were written and parts that were not, which get the place `at`. */
class TextBuilder {
  private readonly parts: LocatedText[] = [];

  constructor(public at: Place) {}

  add(...parts: readonly (LocatedText | ByteString)[]): void {
    for (const part of parts) this.parts.push(typeof part === 'string' ? LocatedText.generated(part, this.at) : part);
  }

  build(): LocatedText {
    return LocatedText.concat(this.parts);
  }
}

function placeOf(text: LocatedText, fallback: Place): Place {
  return text.bytes.length > 0 ? text.place(0) : fallback;
}

function firstPlace(entries: readonly ExceptionEntry[], fallback: Place): Place {
  const [first] = entries;
  if (first === undefined) return fallback;
  return isList(first) ? firstPlace(first, fallback) : placeOf(first, fallback);
}

function invalid(message: string, place: Place): never {
  fail('LOAD_ERR_VALIDATE', message, place);
}
