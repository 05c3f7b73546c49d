import { Command } from 'commander';
import type { Finding } from '../capture/verify/finding.js';
import { type VerifyReport, verifyCapture } from '../capture/verify/verify.js';
import { DocktapeError } from '../errors.js';
import { printable } from '../rules/output/printable.js';
import { formatCount, plural } from '../text/quantities.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { showProgress } from './progress.js';

interface VerifyOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What is said of a capture that could not be looked at. */
interface Unreadable {
  readonly path: string;
  readonly error: string;
}

const help = `
SQLite's own check of the file's structure comes first, then whether the file holds what docktape writes: sessions, the events of
each, their numbers, times and lines, and the gaps. What is no damage, such as a recorder that was killed, is told as a note.

SQLite keeps no checksums: a byte that changed within an event's payload is not noticed.

Exit codes: 0 all are whole, 1 one is damaged, 2 one is no capture or cannot be read.

Examples:
  docktape verify night.db
  docktape verify *.db --quiet || echo 'look at the captures'
  docktape verify night.db --json | jq '.[].problems'`;

/** `docktape verify`: whether captures are whole. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check that captures are whole.')
    .argument('<capture...>', 'the captures to check')
    .option('--json', 'print JSON: an array with an object for each capture')
    .option('-q, --quiet', 'print damaged captures and errors only')
    .addHelpText('after', help)
    .action(run);
}

async function run(captures: readonly string[], options: VerifyOptions): Promise<void> {
  const signal = onInterrupt();
  const reports: (VerifyReport | Unreadable)[] = [];
  try {
    for (const path of captures) {
      const report = await verify(path, signal, options.quiet ?? false);
      reports.push(report);
      if (!options.json) print(report, options.quiet ?? false);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('docktape: interrupted\n');
    process.exitCode = ExitCode.interrupted;
    return;
  }
  if (options.json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
  process.exitCode = exitCodeOf(reports);
}

async function verify(path: string, signal: AbortSignal, isQuiet: boolean): Promise<VerifyReport | Unreadable> {
  let text = `${path}: the structure of the file`;
  const progress = isQuiet ? undefined : showProgress(() => text);
  try {
    return await verifyCapture(path, {
      signal,
      onProgress: (seq, last) => {
        text = `${path}: event ${formatCount(seq)} of ${formatCount(last)}`;
      },
    });
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    return { path, error: error.message };
  } finally {
    progress?.stop();
  }
}

function print(report: VerifyReport | Unreadable, isQuiet: boolean): void {
  if ('error' in report) {
    process.stderr.write(`docktape: ${report.error}\n`);
    return;
  }
  if (isQuiet && report.whole) return;
  const lines = [headOf(report), ...report.problems.map(findingText)];
  if (!report.whole) lines.push(`  \`docktape repair ${report.path} NEW.db\` saves what can be read`);
  if (!isQuiet) lines.push(...report.notes.map((note) => `  note: ${findingText(note).trimStart()}`));
  // SQLite's words may have some of the file's.
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

function headOf({ path, whole, problems, sessions, events, gaps, format }: VerifyReport): string {
  if (!whole) return `${path}: damaged: ${plural(problems.length, 'problem')}`;
  const counts = [plural(sessions ?? 0, 'session'), plural(events ?? 0, 'event'), plural(gaps ?? 0, 'gap')];
  return `${path}: whole: ${counts.join(', ')}, format ${format}`;
}

function findingText({ text, session, seq }: Finding): string {
  const place = [session === undefined ? [] : [`session ${session}`], seq === undefined ? [] : [`event ${seq}`]].flat();
  return `  ${place.length === 0 ? '' : `${place.join(', ')}: `}${text}`;
}

function exitCodeOf(reports: readonly (VerifyReport | Unreadable)[]): number {
  if (reports.some((report) => 'error' in report)) return ExitCode.failure;
  return reports.some((report) => 'whole' in report && !report.whole) ? ExitCode.unmet : ExitCode.ok;
}
