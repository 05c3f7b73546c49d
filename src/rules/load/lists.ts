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
  const text = condition.bytes;
  let at = text.indexOf(list.pattern);
  if (at < 0) return condition;
  const result = new Substitution(condition, list);
  while (at >= 0) {
    const next = standsFree(text, at, list.pattern.length) ? result.replace(at) : at + 1;
    at = text.indexOf(list.pattern, next);
  }
  return result.end();
}

/** Puts a list's items where its name stands, from left to right. */
class Substitution {
  /** What is done so far; no part is empty. */
  private readonly parts: LocatedText[] = [];
  /** Up to where the condition was taken over. */
  private taken = 0;

  constructor(
    private readonly condition: LocatedText,
    private readonly list: ResolvedList,
  ) {}

  /**
   * Replaces the name at `at`, and the blanks around it; with one comma beside it when an empty list takes its place.
   *
   * @returns the index from which to look for the next name: as in Falco, one further when nothing is left before this one
   */
  replace(at: number): number {
    const { condition, list } = this;
    const text = condition.bytes;
    list.used = true;
    const place = condition.place(at);
    let end = at + list.pattern.length;
    while (end < text.length && BLANKS.includes(text[end] as string)) end++;
    this.add(condition.slice(this.taken, at));
    while (this.endsWith(BLANKS)) this.dropLast();
    if (list.text === '') {
      if (this.endsWith(',')) this.dropLast();
      else if (text[end] === ',') end++;
    }
    const isFirst = this.parts.length === 0;
    if (!isFirst) this.add(LocatedText.generated(' ', place));
    const note = `in the list '${list.name}', which stands here as its items`;
    this.add(LocatedText.generated(`${list.text} `, place, note));
    this.taken = end;
    return isFirst ? end + 1 : end;
  }

  /** The condition with all replacements. */
  end(): LocatedText {
    if (this.taken === 0) return this.condition;
    return LocatedText.concat([...this.parts, this.condition.slice(this.taken)]);
  }

  private add(part: LocatedText): void {
    if (part.bytes !== '') this.parts.push(part);
  }

  private endsWith(characters: string): boolean {
    const last = this.parts.at(-1)?.bytes.at(-1);
    return last !== undefined && characters.includes(last);
  }

  private dropLast(): void {
    const last = this.parts.pop();
    if (last) this.add(last.slice(0, last.bytes.length - 1));
  }
}

function standsFree(text: ByteString, at: number, length: number): boolean {
  const after = at + length;
  return (
    (at === 0 || DELIMITERS.includes(text[at - 1] as string)) &&
    (after >= text.length || DELIMITERS.includes(text[after] as string))
  );
}
