import type { LoadRemark, LoadResult } from './load-results.js';

/** A line of a place, as `    rule output: (PATH:5:10)`: line and column from 0, the column in bytes. */
const PLACE = /\((.+):(\d+):(\d+)\)$/;

const REMARK = /^(LOAD_[A-Z_]+) \([^)]*\): (.*)$/;

/**
 * Reads Falco's verdict from the text that `falco -V` prints without `json_output`. Up to 0.44.1 its JSON fails for a condition
 * whose 17th byte is in the middle of a character. The text has errors only.
 *
 * @param textOf the text of the file that Falco calls by a path, undefined for what is no rules file
 */
export function readLoadText(output: string, textOf: (path: string) => string | undefined): LoadResult[] {
  const results: LoadResult[] = [];
  let place: { name: string; offset: number } | undefined;
  for (const line of output.split('\n')) {
    const [, name, row, column] = PLACE.exec(line) ?? [];
    const text = name === undefined ? undefined : textOf(name);
    if (name !== undefined && text !== undefined) place = { name, offset: offsetOf(text, Number(row), Number(column)) };
    const [, code, message] = REMARK.exec(line) ?? [];
    if (code === undefined || message === undefined || !place) continue;
    const locations = [{ item_type: '', item_name: '', position: place }];
    const remark: LoadRemark = { code, message, context: { locations } };
    results.push({ name: place.name, errors: [remark], warnings: [] });
  }
  return results;
}

function offsetOf(text: string, row: number, column: number): number {
  return Buffer.byteLength(text.split('\n').slice(0, row).join('\n')) + (row > 0 ? 1 : 0) + column;
}
