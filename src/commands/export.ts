import { once } from 'node:events';
import { createWriteStream, fchmodSync, fstatSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { codeOf } from '../capture/capture-error.js';
import { exportLines } from '../capture/export.js';
import { CaptureReader } from '../capture/reader.js';
import { DocktapeError, messageOf } from '../errors.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { addSelectionOptions, type SelectionOptions, selectionOf } from './selection-options.js';

interface ExportOptions extends SelectionOptions {
  readonly all?: boolean;
  readonly withContext?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

const help = `
The lines are the daemon's, byte for byte and in the order of their arrival; what \`docktape import\` has read comes out the same. With
--with-context an event has one member more, \`docktape\`: what rules know of its container, exec and host. \`docktape import\` takes it off.

Examples:
  docktape export night.db > events.jsonl
  docktape export night.db --session last -o last.jsonl
  docktape export night.db --with-context | jq -c 'select(.docktape.container.privileged).Actor.Attributes.name'
  docktape export night.db --since 2024-05-01T22:00:00Z | jq -c 'select(.Action == "die")'`;

/** `docktape export`: a capture's events as JSON lines. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description("Print a capture's events as the daemon sent them: JSON lines, byte for byte.")
    .argument('<capture>', 'the capture to read');
  return addSelectionOptions(command)
    .option('--all', "also docktape's own events (gap, daemon lost, daemon back), which no daemon has sent")
    .option('--with-context', "put what docktape found out of an event into it, as its member 'docktape'")
    .option('-o, --output <file>', 'write to this file, mode 0600, instead of standard output')
    .option('-f, --force', 'overwrite the file of --output')
    .addHelpText('after', help)
    .action(run);
}

async function run(capture: string, options: ExportOptions): Promise<void> {
  const reader = CaptureReader.open(capture);
  try {
    const pieces = exportLines(reader, selectionOf(options), options);
    if (options.output === undefined) await print(pieces, process.stdout);
    else await save(pieces, capture, options.output, options.force ?? false);
  } finally {
    reader.close();
  }
}

async function print(pieces: Iterable<Buffer>, stream: Writable): Promise<void> {
  for (const piece of pieces) {
    if (!stream.write(piece)) await once(stream, 'drain');
  }
}

/** Writes the file; a new one that could not be finished is removed. */
async function save(pieces: Iterable<Buffer>, capture: string, path: string, isForced: boolean): Promise<void> {
  const interrupted = onInterrupt();
  if (isSameFile(capture, path)) {
    throw new DocktapeError('USAGE', `--output ${path} is the capture itself: choose another file`);
  }
  const stream = createWriteStream(path, { flags: isForced ? 'w' : 'wx', mode: 0o600 });
  const [descriptor] = await once(stream, 'open').catch((error) => {
    throw savingError(path, error);
  });
  // The mode above is for a new file; events hold secrets in one that is overwritten as well.
  if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
  try {
    await pipeline(Readable.from(pieces), stream, { signal: interrupted });
  } catch (error) {
    // What was there before is not ours to remove: it may be a device.
    if (!isForced) await rm(path, { force: true });
    if (!interrupted.aborted) throw savingError(path, error);
    process.stderr.write(`docktape: interrupted, ${path} ${isForced ? 'is not whole' : 'is not written'}\n`);
    process.exitCode = ExitCode.interrupted;
  }
}

function isSameFile(a: string, b: string): boolean {
  const [first, second] = [a, b].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
}

function savingError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const problem = code === 'EEXIST' ? 'exists: choose another file, or overwrite it with --force' : messageOf(error);
  return new DocktapeError('USAGE', `--output ${path}: ${problem}`, { cause: error });
}
