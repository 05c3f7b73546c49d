/** What stands for redacted text. */
export const MARK = '[redacted]';

export const MARK_BYTES = Buffer.from(MARK);

/** What stands for a redacted value, as JSON. */
export const MARK_VALUE = Buffer.from(JSON.stringify(MARK));

/** Bytes of a line, from `start` to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The ranges in order, as few as cover the same bytes. */
export function united(ranges: readonly Range[]): Range[] {
  const union: Range[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = union.at(-1);
    if (last && start <= last.end) union[union.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else union.push({ start, end });
  }
  return union;
}
