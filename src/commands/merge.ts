import { Command } from 'commander';
import { mergeCaptures } from '../capture/merge.js';
import { DocktapeError } from '../errors.js';
import { formatCount, plural } from '../text/quantities.js';
import { madeText } from './made-text.js';
import { makingCapture } from './making-capture.js';

interface MergeOptions {
  readonly quiet?: boolean;
}

const help = `
The events are byte for byte as they were, in the order of their times; those of a session stay in their order. Sessions stay apart:
\`docktape replay NEW --session 2\` replays one of them. Events and sessions are numbered anew. The captures need not be of one daemon,
and events that are in two of them will be there twice.

Examples:
  docktape merge monday.db tuesday.db week.db
  docktape merge host-*.db fleet.db`;

/** `docktape merge`: several captures as one. */
export function mergeCommand(): Command {
  return new Command('merge')
    .description('Make one capture of several, its events in the order of their times.')
    .argument('<capture>', 'a capture to read')
    .argument('<captures...>', 'the others, and at last the capture to make')
    .usage('[options] <capture> <capture...> <new>')
    .option('-q, --quiet', 'print errors only')
    .addHelpText('after', help)
    .action(run);
}

async function run(first: string, others: readonly string[], options: MergeOptions): Promise<void> {
  const path = others.at(-1) as string;
  const captures = [first, ...others.slice(0, -1)];
  if (captures.length < 2) {
    throw new DocktapeError('USAGE', `${first} alone needs no merge: name two captures or more, and the one to make`);
  }
  const made = await makingCapture(path, options.quiet ?? false, (signal, describe) =>
    mergeCaptures(captures, path, {
      signal,
      onProgress: (written, total) => describe(() => `${formatCount(written)} of ${plural(total, 'event')}`),
    }),
  );
  if (made !== undefined && !options.quiet) process.stderr.write(`${madeText(path, made)}\n`);
}
