import { type EventContext, splitContext } from '../docker/enrichment/event-context.js';
import { batchOf } from '../docker/event-time.js';
import type { LineBatch } from '../docker/line-batch.js';
import { LineSplitter } from '../docker/line-splitter.js';
import { DocktapeError } from '../errors.js';
import { isSoundContext } from './contexts.js';
import { isOwnEvent } from './own-type.js';

/** Bytes of a line that is imported. The same as the recorder's bound, and far above what Docker can make. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Bytes of blank lines that may stand at the end. */
const LONGEST_TAIL = 64 * 1024;

/** Contexts that are remembered. */
const MOST_CONTEXTS = 1_000;

/** Characters of a bad line that an error message shows. */
const SHOWN = 60;

const NEWLINE = Buffer.from('\n');

/** JSON's white space, newlines apart. */
const BLANK = /^[ \t\r]*$/;

const EMPTY = 'is empty: an event is wanted on each line';

/**
 * Cuts JSON lines into batches and refuses what is no event. Lines are kept byte for byte, white space around the object
 * and a carriage return included, so that an export gives the same file back. Contexts are taken off them.
 */
export class ImportLines {
  readonly #name: string;
  readonly #arrival: bigint;
  /** Those that were met lately, by their bytes: events that have the same share it. */
  readonly #contexts = new Map<string, EventContext>();
  readonly #splitter = new LineSplitter(LONGEST_LINE);
  #lines = 0;
  #events = 0;
  /** The blank lines after the last event, and the number of the first. */
  #blanks = Buffer.alloc(0);
  #firstBlank: number | undefined;

  /**
   * @param name the input's name, for error messages
   * @param arrival the time for events that carry none, nanoseconds since the epoch
   */
  constructor(name: string, arrival: bigint) {
    this.#name = name;
    this.#arrival = arrival;
  }

  /**
   * Takes the next chunk and gives back the events of all lines that are complete by now.
   *
   * @throws DocktapeError `IMPORT` that names the line
   */
  push(chunk: Buffer): LineBatch | undefined {
    const block = this.#cut(chunk);
    return block && this.#check(block);
  }

  /** The last event, when its line had no newline, and the white space that followed the last event. */
  finish(): { readonly last: LineBatch | undefined; readonly tail: string } {
    const isCut = this.#splitter.pending > 0;
    const last = isCut ? this.push(NEWLINE) : undefined;
    const tail = this.#events === 0 ? '' : `\n${this.#blanks.toString('latin1')}`;
    // The newline that ends a cut line is ours.
    return { last, tail: isCut ? tail.slice(0, -1) : tail };
  }

  #cut(chunk: Buffer): Buffer | undefined {
    try {
      return this.#splitter.push(chunk);
    } catch (error) {
      throw this.#refusal(this.#lines + 1, `is over ${LONGEST_LINE} bytes long: it is no event`, error);
    }
  }

  /** Checks whole lines. Once a line is blank no event may follow, so a block's events are its first lines. */
  #check(block: Buffer): LineBatch | undefined {
    const hasContexts = block.includes(',"docktape":');
    let events = 0;
    const parts: Buffer[] = [];
    const contexts: (EventContext | undefined)[] = [];
    for (let start = 0; start < block.length; ) {
      const end = block.indexOf(NEWLINE, start) + 1;
      const line = block.subarray(start, end - 1);
      const text = line.toString();
      this.#lines += 1;
      if (BLANK.test(text)) {
        this.#checkBlank(block.subarray(start, end));
      } else {
        const { payload, context } = hasContexts ? this.#split(line) : { payload: line };
        this.#checkEvent(text, payload);
        events = end;
        if (hasContexts) parts.push(payload, NEWLINE);
        contexts.push(context);
      }
      start = end;
    }
    if (events === 0) return undefined;
    if (!hasContexts) return batchOf(block.subarray(0, events), this.#arrival);
    return { ...batchOf(Buffer.concat(parts), this.#arrival), contexts };
  }

  /** Takes a line's context off it again, which `export --with-context` has put there. */
  #split(line: Buffer): { readonly payload: Buffer; readonly context?: EventContext } {
    const { payload, context: json } = splitContext(line);
    if (json === undefined) return { payload };
    const text = json.toString('latin1');
    let context = this.#contexts.get(text);
    if (context === undefined) {
      // What stands below such a key may be somebody's own, and then it need not be a member of the event itself.
      if (!isSoundContext(json)) return { payload: line };
      if (this.#contexts.size >= MOST_CONTEXTS) this.#contexts.clear();
      // A copy: the part of a chunk would keep all of it.
      context = { json: Buffer.from(json) };
      this.#contexts.set(text, context);
    }
    return { payload, context };
  }

  #checkBlank(line: Buffer): void {
    if (this.#events === 0) throw this.#refusal(this.#lines, EMPTY);
    this.#firstBlank ??= this.#lines;
    this.#blanks = Buffer.concat([this.#blanks, line]);
    if (this.#blanks.length > LONGEST_TAIL) throw this.#refusal(this.#firstBlank, EMPTY);
  }

  /** @param payload the line without its context */
  #checkEvent(line: string, payload: Buffer): void {
    if (this.#firstBlank !== undefined) throw this.#refusal(this.#firstBlank, EMPTY);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw this.#refusal(this.#lines, `is not JSON: ${excerpt(line)}`, error);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#refusal(this.#lines, `is not a JSON object: ${excerpt(line)}`);
    }
    // An escape could spell the word as well; both are rare, so the closer look costs nothing.
    if ((payload.includes('docktape') || payload.includes('\\u00')) && isOwnEvent(payload.toString())) {
      throw this.#refusal(this.#lines, "is one of docktape's own events, which are not imported: export without --all");
    }
    this.#events += 1;
  }

  #refusal(line: number, problem: string, cause?: unknown): DocktapeError {
    return new DocktapeError('IMPORT', `${this.#name}: line ${line} ${problem}`, { cause });
  }
}

/** The beginning of a line, fit for an error message. */
function excerpt(line: string): string {
  const start = line.slice(0, SHOWN).replace(/\p{C}/gu, '?');
  return line.length > SHOWN ? `${start}…` : start;
}
