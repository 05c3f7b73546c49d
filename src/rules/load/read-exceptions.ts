import { fail } from '../diagnostic.js';
import type { ExceptionDefinition, ExceptionEntry } from './definitions.js';
import type { ReadTarget } from './read-items.js';
import type { YamlNode } from './yaml-node.js';

/**
 * Reads a rule's `exceptions`.
 *
 * @param append whether they are added to those of an earlier rule, where an exception may give values only
 */
export function readExceptions(item: YamlNode, append: boolean, target: ReadTarget): ExceptionDefinition[] {
  const list = item.get('exceptions');
  if (!list || list.isNull) return [];
  const elements = list.elements;
  if (!elements) fail('LOAD_ERR_YAML_VALIDATE', `'exceptions' must be a list`, list.place);
  const exceptions: ExceptionDefinition[] = [];
  for (const element of elements) {
    const exception = readException(element, append, target);
    if (exceptions.some((known) => known.name === exception.name)) {
      const message = `the rule has the exception '${exception.name}' twice`;
      target.warn('LOAD_EXCEPTION_NAME_NOT_UNIQUE', message, exception.place);
    }
    exceptions.push(exception);
  }
  return exceptions;
}

function readException(node: YamlNode, append: boolean, target: ReadTarget): ExceptionDefinition {
  if (!node.isMapping) fail('LOAD_ERR_YAML_VALIDATE', 'an exception must be a mapping with a name', node.place);
  const name = node.required('name').text;
  const fields = node.get('fields');
  if (!fields && !append) fail('LOAD_ERR_YAML_VALIDATE', `the exception '${name}' needs 'fields'`, node.place);
  const comps = node.get('comps');
  return {
    name,
    place: node.place,
    fields: fields && readEntry(fields),
    comps: comps && readEntry(comps),
    values: readValues(node, name, append, target),
  };
}

function readValues(node: YamlNode, name: string, append: boolean, target: ReadTarget): ExceptionEntry[] {
  const values = node.get('values');
  if (!values) {
    const message = `the exception '${name}' is changed, but no values are given`;
    if (append) target.warn('LOAD_APPEND_NO_VALUES', message, node.place);
    return [];
  }
  const elements = values.elements;
  if (!elements) fail('LOAD_ERR_YAML_VALIDATE', `the 'values' of an exception must be a list`, values.place);
  return elements.map(readEntry);
}

function readEntry(node: YamlNode): ExceptionEntry {
  const elements = node.elements;
  if (elements) return elements.map(readEntry);
  if (!node.isScalar || node.text === '') {
    fail('LOAD_ERR_YAML_VALIDATE', 'a text that is not empty, or a list of them, must stand here', node.place);
  }
  return node.located;
}
