import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { Command } from 'commander';
import { codeOf } from '../capture/capture-error.js';
import { importLines } from '../capture/import.js';
import { DocktapeError, messageOf } from '../errors.js';
import { formatBytes, plural } from '../text/quantities.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';

interface ImportOptions {
  readonly quiet?: boolean;
}

/** Bytes of a read: the default of 64 KiB would be four times as many calls for the same file. */
const CHUNK_BYTES = 256 * 1024;

const help = `
EVENTS has one JSON object a line, as \`docker events --format '{{json .}}'\` prints them; - is standard input. The lines are kept
byte for byte: \`docktape export\` gives the same file back. What \`export --with-context\` has put into them is kept as context again. An event without a usable time gets the time of the import.

It is all or nothing: when a line is no event, or on Ctrl-C, the capture is left as it was.

Examples:
  docktape import events.jsonl night.db
  docker events --since 1h --until 0s --format '{{json .}}' | docktape import - night.db`;

/** `docktape import`: JSON lines into a capture. */
export function importCommand(): Command {
  return new Command('import')
    .description("Make a capture of Docker's events as JSON lines, or append them to one as a new session.")
    .argument('<events>', 'the file of JSON lines, or - for standard input')
    .argument('<capture>', 'the capture to make or to append to')
    .option('-q, --quiet', 'print errors only')
    .addHelpText('after', help)
    .action(run);
}

async function run(events: string, capture: string, options: ImportOptions): Promise<void> {
  const interrupted = onInterrupt();
  const stream = await open(events);
  try {
    const chunks: AsyncIterable<Buffer> = addAbortSignal(interrupted, stream);
    const summary = await importLines({ name: events === '-' ? 'standard input' : events, chunks }, capture);
    if (options.quiet) return;
    const what = `${plural(summary.events, 'event')} (${formatBytes(summary.bytes)})`;
    process.stderr.write(`${capture}: ${what} imported as session ${summary.session}\n`);
  } catch (error) {
    if (!interrupted.aborted) throw readingError(events, error);
    process.stderr.write(`docktape: interrupted, ${capture} is as it was\n`);
    process.exitCode = ExitCode.interrupted;
  } finally {
    stream.destroy();
  }
}

async function open(events: string): Promise<Readable> {
  if (events === '-') return process.stdin;
  const stream = createReadStream(events, { highWaterMark: CHUNK_BYTES });
  await once(stream, 'open').catch((error) => {
    throw readingError(events, error);
  });
  return stream;
}

/** The file system's errors in the user's words; others as they are. */
function readingError(events: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof DocktapeError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new DocktapeError('IMPORT', `${events} cannot be read: ${messageOf(error)}`, { cause: error });
}
