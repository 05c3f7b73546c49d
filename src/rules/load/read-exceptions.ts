import { fail } from '../diagnostic.js';
import { LocatedText } from '../text/located-text.js';
import { type ExceptionDefinition, type ExceptionEntry, isList } from './definitions.js';
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
  return {
    name,
    place: node.place,
    fields: readPart(fields),
    comps: readPart(node.get('comps')),
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
  const reader = new EntryReader();
  return elements.map((element) => reader.read(element));
}

/** The value of a key, of which nothing at all is the same as no key. */
function readPart(node: YamlNode | undefined): ExceptionEntry | undefined {
  const entry = node && new EntryReader().read(node);
  if (entry === undefined) return undefined;
  const { length } = isList(entry) ? entry : entry.bytes;
  return length > 0 ? entry : undefined;
}

/** Lists in lists in lists: what is further in has no meaning. */
const MAX_LEVELS = 3;

/** With aliases, a short file can hold more entries than any memory. */
const MAX_ENTRIES = 1_000_000;

class EntryReader {
  private count = 0;

  /** As in Falco, what is neither a text nor a list is an empty text, which otherwise is an error. */
  read(node: YamlNode, level = 0): ExceptionEntry {
    if (++this.count > MAX_ENTRIES) {
      fail('LOAD_ERR_YAML_VALIDATE', `an exception has ${MAX_ENTRIES} entries at most`, node.place);
    }
    const elements = node.elements;
    if (elements) return level === MAX_LEVELS ? [] : elements.map((element) => this.read(element, level + 1));
    if (node.isNull || !node.isScalar) return LocatedText.generated('', node.place);
    if (node.text === '') fail('LOAD_ERR_YAML_VALIDATE', 'a text here must not be empty', node.place);
    return node.located;
  }
}
