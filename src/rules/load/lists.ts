import { toBytes, toText } from '../bytes.js';
import type { ByteString } from '../event-batch.js';
import { LocatedText } from '../text/located-text.js';
import type { Collected } from './collection.js';
import type { Definition, ListDefinition } from './definitions.js';
import { quoteItem } from './exceptions.js';

/** A list ready to be put into conditions. */
export interface ResolvedList extends Definition {
  /** Its name as it stands in a condition. */
  readonly pattern: ByteString;
  /** Its items as they stand in a condition, with commas between them. */
  readonly text: ByteString;
  used: boolean;
}

/** Blanks around a list's name go with it, and these characters end it. */
const BLANKS = ' \t\n\r';
const DELIMITERS = `${BLANKS}(),=`;

/**
 * Resolves lists in lists. A list sees those defined before it was last changed, and of them only the items they were
 * written with: Falco does not go deeper.
 */
export function resolveLists(lists: ReadonlyMap<string, Collected<ListDefinition>>): ResolvedList[] {
  const inner = new Set<string>();
  const resolved = [...lists.values()].map(({ definition, visibility }): ResolvedList => {
    const items = definition.items.flatMap(({ value }) => {
      const reference = lists.get(toText(value));
      if (!reference || reference.index >= visibility) return [value];
      inner.add(reference.definition.name);
      return reference.definition.items.map((item) => item.value);
    });
    return {
      name: definition.name,
      place: definition.place,
      pattern: toBytes(definition.name),
      text: items.map(quoteItem).join(', '),
      used: false,
    };
  });
  for (const list of resolved) list.used = inner.has(list.name);
  return resolved;
}

/**
 * Puts lists into a condition, as text: wherever a list's name stands between delimiters, its items take its place. Falco
 * does this before it parses, so a name inside quotes is replaced too when it stands free.
 */
export function substituteLists(condition: LocatedText, lists: readonly ResolvedList[]): LocatedText {
  return lists.reduce(substituteList, condition);
}

function substituteList(condition: LocatedText, list: ResolvedList): LocatedText {
  let text = condition;
  let at = text.bytes.indexOf(list.pattern);
  while (at >= 0) {
    let next = at + 1;
    if (standsFree(text.bytes, at, list.pattern.length)) {
      list.used = true;
      const place = text.place(at);
      const { start, end } = replacedRange(text.bytes, at, list);
      const parts = [
        LocatedText.generated(`${list.text} `, place, `in the list '${list.name}', which stands here as its items`),
        text.slice(end),
      ];
      if (start > 0) parts.unshift(text.slice(0, start), LocatedText.generated(' ', place));
      text = LocatedText.concat(parts);
      next = start + list.text.length + 2;
    }
    at = text.bytes.indexOf(list.pattern, next);
  }
  return text;
}

function standsFree(text: ByteString, at: number, length: number): boolean {
  const after = at + length;
  return (
    (at === 0 || DELIMITERS.includes(text[at - 1] as string)) &&
    (after >= text.length || DELIMITERS.includes(text[after] as string))
  );
}

/** The name with the blanks around it; with one comma beside it when an empty list takes its place. */
function replacedRange(text: ByteString, at: number, list: ResolvedList): { start: number; end: number } {
  let start = at;
  let end = at + list.pattern.length;
  while (start > 0 && BLANKS.includes(text[start - 1] as string)) start--;
  while (end < text.length && BLANKS.includes(text[end] as string)) end++;
  if (list.text === '') {
    if (text[start - 1] === ',') start--;
    else if (text[end] === ',') end++;
  }
  return { start, end };
}
