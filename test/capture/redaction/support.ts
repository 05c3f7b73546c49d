import { Redaction } from '#docktape/capture/redaction/redaction.js';
import type { RedactionOptions } from '#docktape/capture/redaction/redaction-options.js';
import { batchOf } from '#docktape/docker/event-time.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';

/** A redaction with the options that are given, and nothing else. */
export function compile(options: Partial<RedactionOptions>): Redaction {
  return Redaction.compile({ patterns: [], labels: [], execCommands: false, ...options });
}

export function batch(...lines: readonly string[]): LineBatch {
  return batchOf(Buffer.from(lines.map((line) => `${line}\n`).join('')), 7n);
}

/** What becomes of lines. */
export function redact(options: Partial<RedactionOptions>, ...lines: readonly string[]): string[] {
  return linesOf(compile(options).apply(batch(...lines)));
}

export function linesOf({ lines }: LineBatch): string[] {
  return lines.toString().split('\n').slice(0, -1);
}

/** An event as Docker until 28 writes one: keys in this order, `<`, `>`, `&`, U+2028 and U+2029 escaped. */
export function eventLine(action: string, attributes: Readonly<Record<string, string>> = {}): string {
  const { image } = attributes;
  return goJson({
    status: action,
    id: 'c0ffee',
    ...(image === undefined ? {} : { from: image }),
    Type: 'container',
    Action: action,
    Actor: { ID: 'c0ffee', Attributes: attributes },
    scope: 'local',
    time: 1700000000,
  }).replace(/}$/, ',"timeNano":1700000000123456789}');
}

/** JSON in the style of Go's encoder. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
