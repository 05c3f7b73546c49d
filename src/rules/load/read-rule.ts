import { fail } from '../diagnostic.js';
import { PRIORITIES, type Priority, parsePriority } from '../priority.js';
import type { LocatedText } from '../text/located-text.js';
import { sortedTags } from './collection.js';
import type { RuleParts } from './definitions.js';
import { type Overrides, readAppendFlag, readOverrides } from './overrides.js';
import { readExceptions } from './read-exceptions.js';
import { type ReadTarget, warnUnknownKeys } from './read-items.js';
import { APPEND_IS_DEPRECATED } from './read-list-macro.js';
import type { YamlNode } from './yaml-node.js';

/** The source of a rule that names none. */
export const DEFAULT_SOURCE = 'syscall';

const APPENDABLE = ['condition', 'output', 'desc', 'tags', 'exceptions'];
const REPLACEABLE = [
  ...APPENDABLE,
  'priority',
  'enabled',
  'skip-if-unknown-filter',
  'warn_evttypes',
  'capture',
  'capture_duration',
];
const KEYS = ['rule', ...REPLACEABLE, 'source', 'override', 'append'];

/** Reads a `rule` item: a definition, or a change of an earlier rule. */
export function readRule(item: YamlNode, target: ReadTarget): void {
  warnUnknownKeys(item, KEYS, target);
  const name = item.required('rule').text;
  const overrides = readOverrides(item, APPENDABLE, REPLACEABLE);
  const isDefinition = ['condition', 'output', 'desc', 'priority'].some((key) => item.get(key) !== undefined);
  if (readAppendFlag(item, overrides)) readAppend(item, name, target);
  else if (overrides.append.size + overrides.replace.size > 0) readUpdate(item, name, overrides, target);
  else if (isDefinition) readDefinition(item, name, target);
  else readEnabled(item, name, target);
}

function readDefinition(item: YamlNode, name: string, target: ReadTarget): void {
  const source = item.optional('source')?.text ?? DEFAULT_SOURCE;
  const knownSource = target.isKnownSource(source);
  if (!knownSource) {
    const place = item.get('source')?.place ?? item.place;
    target.warn(
      'LOAD_UNKNOWN_SOURCE',
      `no plugin gives events of the source '${source}': the rule '${name}' is left out`,
      place,
    );
  }
  checkForSystemCalls(item, ['capture', 'capture_duration', 'warn_evttypes']);
  target.collection.defineRule({
    name,
    place: item.place,
    source,
    knownSource,
    condition: item.required('condition').located,
    output: trimmed(item.required('output').located),
    desc: item.required('desc').located,
    priority: readPriority(item),
    enabled: item.flag('enabled') ?? true,
    skipIfUnknownFilter: item.flag('skip-if-unknown-filter') ?? false,
    tags: readTags(item),
    exceptions: readExceptions(item, false, target),
  });
}

/** `append: true`: of all keys, only the condition and the exceptions are added. */
function readAppend(item: YamlNode, name: string, target: ReadTarget): void {
  target.warn('LOAD_DEPRECATED_ITEM', APPEND_IS_DEPRECATED, item.place);
  const condition = item.optional('condition')?.located;
  const exceptions = item.get('exceptions') ? readExceptions(item, true, target) : undefined;
  if (!condition && !exceptions) {
    fail('LOAD_ERR_VALIDATE', `'append: true' adds a condition or exceptions, and the item gives neither`, item.place);
  }
  target.collection.appendRule({
    name,
    place: item.place,
    source: item.get('source')?.text ?? '',
    parts: { ...(condition && { condition }), ...(exceptions && { exceptions }) },
  });
}

function readUpdate(item: YamlNode, name: string, overrides: Overrides, target: ReadTarget): void {
  for (const { key } of item.entries) {
    if (REPLACEABLE.includes(key.text) && !overrides.append.has(key.text) && !overrides.replace.has(key.text)) {
      const message = `'${key.text}' is given, but 'override' does not say what to do with it: append or replace`;
      fail('LOAD_ERR_YAML_VALIDATE', message, key.place);
    }
  }
  const update = { name, place: item.place, source: item.get('source')?.text ?? '' };
  if (overrides.append.size > 0) {
    target.collection.appendRule({ ...update, parts: readParts(item, overrides.append, true, target) });
  }
  if (overrides.replace.size > 0) {
    checkForSystemCalls(item, overrides.replace);
    target.collection.replaceInRule({ ...update, parts: readParts(item, overrides.replace, false, target) });
  }
}

function readParts(item: YamlNode, keys: ReadonlySet<string>, append: boolean, target: ReadTarget): Partial<RuleParts> {
  return {
    ...(keys.has('condition') && { condition: item.required('condition').located }),
    ...(keys.has('output') && { output: item.required('output').located }),
    ...(keys.has('desc') && { desc: item.required('desc').located }),
    ...(keys.has('priority') && { priority: readPriority(item) }),
    ...(keys.has('tags') && { tags: readTags(item) }),
    ...(keys.has('exceptions') && { exceptions: readExceptions(item, append, target) }),
    ...(keys.has('enabled') && { enabled: item.flag('enabled') ?? true }),
    ...(keys.has('skip-if-unknown-filter') && { skipIfUnknownFilter: item.flag('skip-if-unknown-filter') ?? false }),
  };
}

/** `enabled` alone turns an earlier rule on or off. */
function readEnabled(item: YamlNode, name: string, target: ReadTarget): void {
  const enabled = item.flag('enabled');
  if (enabled === undefined) {
    fail(
      'LOAD_ERR_YAML_VALIDATE',
      `a rule needs condition, output, desc and priority, or 'enabled' to switch an earlier one`,
      item.place,
    );
  }
  const message = `'enabled' alone is deprecated: add 'override: {enabled: replace}'`;
  target.warn('LOAD_DEPRECATED_ITEM', message, item.place);
  target.collection.enableRule({ name, place: item.place, source: '', parts: { enabled } });
}

/** Checks keys that mean something for rules about system calls only. */
function checkForSystemCalls(item: YamlNode, keys: Iterable<string>): void {
  for (const key of keys) {
    if (key === 'capture_duration') item.checkWholeNumber(key);
    else if (key === 'capture' || key === 'warn_evttypes') item.flag(key);
  }
}

function readPriority(item: YamlNode): Priority {
  const value = item.required('priority');
  const priority = parsePriority(value.text);
  if (!priority) {
    const message = `'${value.text}' is not a priority; known: ${PRIORITIES.join(', ').toUpperCase()}`;
    fail('LOAD_ERR_YAML_VALIDATE', message, value.place);
  }
  return priority;
}

function readTags(item: YamlNode): string[] {
  return sortedTags((item.texts('tags') ?? []).map((tag) => tag.text));
}

function trimmed(text: LocatedText): LocatedText {
  const start = text.bytes.search(/[^ \t\n\v\f\r]/);
  return start < 0 ? text : text.slice(start, text.bytes.replace(/[ \t\n\v\f\r]+$/, '').length);
}
