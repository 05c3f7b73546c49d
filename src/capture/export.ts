import { splitContext } from '../docker/enrichment/event-context.js';
import { CaptureDamage } from './capture-error.js';
import { isOwnEvent } from './own-type.js';
import type { CaptureReader } from './reader.js';
import type { Selection } from './selection.js';

export interface ExportOptions {
  /** Also docktape's own events, which no daemon has sent. */
  readonly all?: boolean;
  /** With contexts spliced in, as rules see the events. */
  readonly withContext?: boolean;
}

const NEWLINE = 0x0a;

/**
 * The selected events as the daemon's lines, byte for byte unless contexts are asked for, in large pieces. What was imported comes out as the file that
 * it was, which need not have ended with a newline.
 */
export function* exportLines(reader: CaptureReader, selection: Selection, options: ExportOptions): Generator<Buffer> {
  let held: Buffer | undefined;
  const { withContext = false } = options;
  for (const { bytes } of reader.lines(selection, { withContext })) {
    const piece = options.all ? bytes : withoutOwn(bytes);
    if (piece.length === 0) continue;
    if (held) yield held;
    held = piece;
  }
  if (!held) return;
  yield held.subarray(0, -1);
  yield Buffer.from(tailOf(reader, selection), 'latin1');
}

/** What follows the last event: the end of the imported file when that event was its last one, otherwise a newline. */
function tailOf(reader: CaptureReader, selection: Selection): string {
  const last = reader.lastSeq(selection);
  const session = reader.sessions().find(({ id }) => reader.lastSeq({ session: id }) === last);
  const tail = session?.tail ?? '\n';
  if (/^[ \t\r\n]*$/.test(tail)) return tail;
  throw new CaptureDamage(reader.path, `session ${session?.id} ends with more than white space`);
}

/** The lines that are not docktape's own events. */
function withoutOwn(lines: Buffer): Buffer {
  if (!lines.includes('docktape')) return lines;
  const kept: Buffer[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf(NEWLINE, start) + 1;
    const line = lines.subarray(start, end);
    // Without its context, which would have each line looked at closely.
    const { payload } = splitContext(line.subarray(0, -1));
    if (!payload.includes('docktape') || !isOwnEvent(payload.toString('utf8'))) kept.push(line);
    start = end;
  }
  return Buffer.concat(kept);
}
