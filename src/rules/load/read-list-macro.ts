import { toBytes } from '../bytes.js';
import { readAppendFlag, readOverrides } from './overrides.js';
import { type ReadTarget, warnUnknownKeys } from './read-items.js';
import type { YamlNode } from './yaml-node.js';

/** What a list's name must look like to be found in a condition, and a macro's. */
const LIST_NAME = /^[^()"'\s=,]+$/;
const MACRO_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

export const APPEND_IS_DEPRECATED = `'append: true' is deprecated: write 'override' with 'KEY: append' instead`;

export function readList(item: YamlNode, target: ReadTarget): void {
  warnUnknownKeys(item, ['list', 'items', 'append', 'override'], target);
  const name = item.required('list').text;
  if (!LIST_NAME.test(name)) {
    const message = `the list's name '${name}' can never be found in a condition: it has blanks, quotes, parentheses, '=' or ','`;
    target.warn('LOAD_INVALID_LIST_NAME', message, item.place);
  }
  // `required` says what is missing when there is no list of items.
  const items = (item.texts('items') ?? [item.required('items')]).map((node) => ({
    value: toBytes(node.text),
    place: node.place,
  }));
  const overrides = readOverrides(item, ['items'], ['items']);
  const definition = { name, place: item.place, items };
  if (isAppend(item, 'items', overrides, target)) target.collection.appendList(definition);
  else target.collection.defineList(definition);
}

export function readMacro(item: YamlNode, target: ReadTarget): void {
  warnUnknownKeys(item, ['macro', 'condition', 'append', 'override'], target);
  const name = item.required('macro').text;
  if (!MACRO_NAME.test(name)) {
    const message = `the macro's name '${name}' can never be used in a condition: only letters, digits and '_' can`;
    target.warn('LOAD_INVALID_MACRO_NAME', message, item.place);
  }
  const condition = item.required('condition').located;
  const overrides = readOverrides(item, ['condition'], ['condition']);
  const definition = { name, place: item.place, condition };
  if (isAppend(item, 'condition', overrides, target)) target.collection.appendMacro(definition);
  else target.collection.defineMacro(definition);
}

function isAppend(
  item: YamlNode,
  key: string,
  overrides: ReturnType<typeof readOverrides>,
  target: ReadTarget,
): boolean {
  const flag = readAppendFlag(item, overrides);
  if (flag) target.warn('LOAD_DEPRECATED_ITEM', APPEND_IS_DEPRECATED, item.place);
  return flag || overrides.append.has(key);
}
