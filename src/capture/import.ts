import type { LineBatch } from '../docker/line-batch.js';
import { now } from '../time.js';
import { ImportLines } from './import-lines.js';
import type { SessionSummary } from './session-writer.js';
import { CaptureWriter } from './writer.js';

/** JSON lines that become a session. */
export interface ImportInput {
  /** For error messages and the session's `endpoint`. */
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * Appends JSON lines to a capture as one session, which is there as a whole or not at all.
 *
 * @throws DocktapeError `IMPORT` that names the line which is no event; `CAPTURE` when the capture cannot be written
 */
export async function importLines(input: ImportInput, path: string): Promise<SessionSummary> {
  const started = now();
  const writer = await CaptureWriter.open(path, { how: 'import', started, endpoint: input.name }, { isAtomic: true });
  try {
    const lines = new ImportLines(input.name, started);
    for await (const chunk of input.chunks) await write(writer, lines.push(chunk));
    const { last, tail } = lines.finish();
    await write(writer, last);
    return await writer.close({ tail });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function write(writer: CaptureWriter, batch: LineBatch | undefined): Promise<void> {
  if (batch && !writer.write(batch)) await writer.drained();
}
