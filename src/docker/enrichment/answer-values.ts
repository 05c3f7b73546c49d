/** The longest that a text of a command, or a variable's name, may be, in bytes of UTF-8; and how many of them a list has at most. */
const LONGEST_TEXT = 4_096;
const LONGEST_LIST = 1_000;

/** A text that says something; nothing else. Half of a surrogate pair, which is no character, becomes U+FFFD. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? wellFormed(value) : undefined;
}

/** The elements of a list; none where there is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The elements of a list that have members. */
export function objectsOf(value: unknown): readonly unknown[] {
  return listOf(value).filter((element) => typeof element === 'object' && element !== null);
}

/** The texts of a list, without those that are empty. */
export function textsOf(value: unknown): string[] {
  return listOf(value).flatMap((element) => textOf(element) ?? []);
}

/**
 * A command's parts, of which an empty one is one as well. A single text, as some engines give it, is a command of one part. Values of
 * environment variables are left out where Docker's builder puts them into commands.
 */
export function commandOf(value: unknown): string[] {
  const parts = (typeof value === 'string' && value !== '' ? [value] : listOf(value)).filter(isText);
  return bounded(withoutVariables(parts));
}

/**
 * For each step of a Dockerfile that runs nothing, the classic builder makes a container whose command is `#(nop) ` with the step's text, in one part
 * or two; and it may put build arguments before a command, `|2 A=1 B=2`. Of steps that set variables the instruction is kept.
 */
function withoutVariables(parts: readonly string[]): string[] {
  const step = parts.findIndex((part) => part.startsWith('#(nop)'));
  if (step >= 0) {
    const [instruction = ''] = parts.slice(step).join(' ').slice('#(nop)'.length).trim().split(/\s/, 1);
    return /^(?:ENV|ARG)$/i.test(instruction) ? [...parts.slice(0, step), `#(nop) ${instruction}`] : [...parts];
  }
  const count = Number(/^\|(\d{1,6})$/.exec(parts[0] ?? '')?.[1] ?? 0);
  return count > 0 ? parts.slice(1 + count) : [...parts];
}

/** Texts of which each, and of which there are, only so many as somebody may want to read. */
export function bounded(texts: readonly string[]): string[] {
  return texts.slice(0, LONGEST_LIST).map((text) => cut(wellFormed(text)));
}

/** A list, unless it is empty: then the member is left out. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The beginning of a text, up to the last whole character that has room. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= LONGEST_TEXT) return text;
  const bytes = Buffer.from(text);
  let end = LONGEST_TEXT;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
