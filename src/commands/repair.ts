import { Command } from 'commander';
import type { Loss } from '../capture/repair/losses.js';
import { type RepairReport, repairCapture } from '../capture/repair/repair.js';
import { plural } from '../text/quantities.js';
import { ExitCode } from './exit-codes.js';
import { makingCapture } from './making-capture.js';

interface RepairOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Losses that are listed one by one; JSON has them all. */
const SHOWN = 20;

const help = `
DAMAGED is not changed. What can still be read in it, and in the -wal of a recorder that was killed, goes into NEW, which must not exist
yet: events with the numbers, times, bytes and contexts that they had, sessions, gaps. Events that are missing become gaps in NEW, so that rules
and readers learn of them. SQLite keeps no checksums: a byte that changed within an event's payload is not noticed.

Exit codes: 0 everything was recovered, 1 something is missing, 2 nothing could be recovered, or wrong use.

Examples:
  docktape verify night.db
  docktape repair night.db saved.db && docktape stats saved.db`;

/** `docktape repair`: what can be read of a damaged capture, in a new one. */
export function repairCommand(): Command {
  return new Command('repair')
    .description('Save what can be read of a damaged capture into a new one.')
    .argument('<damaged>', 'the capture that is damaged')
    .argument('<new>', 'the capture to make')
    .option('--json', 'print what was recovered as JSON')
    .option('-q, --quiet', 'print errors only')
    .addHelpText('after', help)
    .action(run);
}

async function run(damaged: string, path: string, options: RepairOptions): Promise<void> {
  const report = await makingCapture(path, options.quiet ?? false, (signal, describe) =>
    repairCapture(damaged, path, {
      signal,
      onProgress: (events) => describe(() => `${plural(events, 'event')} recovered`),
    }),
  );
  if (report === undefined) return;
  if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else if (!options.quiet) process.stderr.write(`${reportText(path, report).join('\n')}\n`);
  process.exitCode = isComplete(report) ? ExitCode.ok : ExitCode.unmet;
}

function isComplete({ losses, lostContexts, invented, damagedRows, log }: RepairReport): boolean {
  return losses.length + lostContexts + invented.length + damagedRows === 0 && log !== 'damaged';
}

function reportText(path: string, report: RepairReport): string[] {
  const { events, lostContexts, sessions, gaps, losses, invented } = report;
  const { reassigned, damagedRows, lostPages, duplicates, log } = report;
  const counts = [plural(events, 'event'), plural(sessions, 'session'), plural(gaps, 'gap')].join(', ');
  const lines = losses.slice(0, SHOWN).map(lossText);
  if (losses.length > SHOWN) lines.push(`missing: ${plural(losses.length - SHOWN, 'stretch')} more, with --json`);
  if (lostContexts > 0) lines.push(`the context of ${plural(lostContexts, 'event')} could not be read`);
  if (damagedRows > 0) lines.push(`${plural(damagedRows, 'row')} could not be read in pages that could`);
  if (lostPages > 0) lines.push(`${plural(lostPages, 'page')} that should hold something could not be read`);
  if (invented.length > 0)
    lines.push(`only events are left of session ${invented.join(', ')}: who recorded it is lost`);
  if (reassigned > 0)
    lines.push(`${plural(reassigned, 'event')} with a damaged session went to that of the neighbours`);
  if (duplicates > 0) lines.push(`${plural(duplicates, 'event')} with a number that another one has were left out`);
  if (log === 'applied') lines.push("the recorder's -wal was taken in");
  if (log === 'damaged') lines.push("some of the recorder's -wal could not be read");
  return [`${path}: ${counts} recovered`, ...lines.map((line) => `  ${line}`)];
}

function lossText({ first, last, certain }: Loss): string {
  if (last === undefined) return `${certain ? 'missing' : 'perhaps missing'}: events after ${first - 1}`;
  return first === last ? `missing: event ${first}` : `missing: events ${first} to ${last}`;
}
