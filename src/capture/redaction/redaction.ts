import type { Incident } from '../../docker/incident.js';
import type { LineBatch } from '../../docker/line-batch.js';
import { Candidate, CandidateSearch } from './candidates.js';
import { ContextRedactor } from './context-redactor.js';
import { type Edit, EventRedactor, type LineEdits } from './event-redactor.js';
import type { LabelKeys } from './label-keys.js';
import { MARK, MARK_BYTES, MARK_VALUE } from './mark.js';
import { compileLabels, compilePatterns, type RedactionOptions } from './redaction-options.js';
import type { TextPatterns } from './text-patterns.js';

/** What has been redacted so far. */
export interface RedactionCounts {
  /** Events of which something was redacted. */
  readonly events: number;
  /** Values in them. */
  readonly values: number;
  /** Lines that are no JSON and so were redacted as a whole; they are among the events. */
  readonly unreadable: number;
}

const NEWLINE = 0x0a;

/** How docktape's own events begin. */
const OWN = Buffer.from('{"Type":"docktape",');

/**
 * Takes out of events what is not to be written: the bytes of a string, or of a part of it, become `[redacted]`, and everything else
 * of a line stays as it is. docktape's own events stay whole.
 *
 * A line that is no JSON, and in which there may be something to redact, becomes `"[redacted]"`, since nobody can say where in it values
 * begin and end; it counts as an event as before.
 */
export class Redaction {
  /** What is redacted, in words; `undefined` when nothing is. Patterns may have secrets themselves, so they are only counted. */
  readonly description: string | undefined;
  readonly #patterns: TextPatterns;
  readonly #labels: LabelKeys;
  readonly #candidates: CandidateSearch;
  readonly #redactor: EventRedactor;
  readonly #contexts: ContextRedactor;
  #events = 0;
  #values = 0;
  #unreadable = 0;

  private constructor(patterns: TextPatterns, labels: LabelKeys, execCommands: boolean) {
    this.#patterns = patterns;
    this.#labels = labels;
    this.#candidates = new CandidateSearch(patterns, labels, execCommands);
    this.#redactor = new EventRedactor(patterns, labels, execCommands);
    this.#contexts = new ContextRedactor(patterns, labels, execCommands);
    this.description = describe(patterns.count, labels.keys, execCommands);
  }

  /** @throws DocktapeError `USAGE` when a pattern or a label is of no use */
  static compile({ patterns, labels, execCommands }: RedactionOptions): Redaction {
    return new Redaction(compilePatterns(patterns), compileLabels(labels), execCommands);
  }

  get counts(): RedactionCounts {
    return { events: this.#events, values: this.#values, unreadable: this.#unreadable };
  }

  /** As many lines, with the times that they had; the same batch when there was nothing to redact. */
  apply(batch: LineBatch): LineBatch {
    if (this.description === undefined) return batch;
    const candidates = this.#candidates.find(batch);
    if (!candidates) return batch;
    const { lines, count } = batch;
    const edits: Edit[] = [];
    for (let index = 0, start = 0; index < count; index += 1) {
      const end = lines.indexOf(NEWLINE, start);
      const candidate = candidates[index];
      if (candidate !== Candidate.none && !isOwn(lines, start)) {
        const found = this.#redactor.edits(lines, start, end, candidate === Candidate.anywhere);
        for (const edit of this.#count(found, start, end)) edits.push(edit);
      }
      start = end + 1;
    }
    return edits.length === 0 ? batch : { ...batch, lines: replaced(lines, edits) };
  }

  /** The same for what the daemon, asked after a gap, tells of a container: its name and its image. */
  incident(incident: Incident): Incident {
    if (incident.kind !== 'missed') return incident;
    const { name, image } = incident;
    return {
      ...incident,
      ...(name === undefined ? {} : { name: this.#attribute('name', name) }),
      ...(image === undefined ? {} : { image: this.#attribute('image', image) }),
    };
  }

  /** The same for what is known of what an event is about. */
  redactContext(json: Buffer): Buffer {
    return this.description === undefined ? json : this.#contexts.redact(json);
  }

  #attribute(key: string, value: string): string {
    if (this.#labels.has(key)) return MARK;
    const text = Buffer.from(JSON.stringify(value));
    const ranges = this.#patterns.ranges(text, 1, text.length - 1, true);
    return JSON.parse(
      replaced(
        text,
        ranges.map((range) => ({ ...range, bytes: MARK_BYTES })),
      ).toString(),
    );
  }

  #count(found: LineEdits | undefined, start: number, end: number): readonly Edit[] {
    if (found && found.values === 0) return [];
    this.#events += 1;
    this.#values += found?.values ?? 1;
    if (found) return found.edits;
    this.#unreadable += 1;
    return [{ start, end, bytes: MARK_VALUE }];
  }
}

/** @param edits in their order */
function replaced(text: Buffer, edits: readonly Edit[]): Buffer {
  const length = edits.reduce((sum, { start, end, bytes }) => sum + bytes.length - (end - start), text.length);
  const result = Buffer.allocUnsafe(length);
  let written = 0;
  let taken = 0;
  for (const { start, end, bytes } of edits) {
    written += text.copy(result, written, taken, start);
    result.set(bytes, written);
    written += bytes.length;
    taken = end;
  }
  text.copy(result, written, taken);
  return result;
}

function isOwn(lines: Buffer, start: number): boolean {
  return lines.compare(OWN, 0, OWN.length, start, Math.min(start + OWN.length, lines.length)) === 0;
}

function describe(patterns: number, labels: readonly string[], execCommands: boolean): string | undefined {
  const parts = [
    ...(patterns > 0 ? [`what ${patterns === 1 ? 'a pattern matches' : `${patterns} patterns match`}`] : []),
    ...(labels.length > 0 ? [`the labels ${labels.map((key) => JSON.stringify(key)).join(', ')}`] : []),
    ...(execCommands ? ['the commands of exec and of containers'] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : undefined;
}
