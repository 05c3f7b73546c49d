import { Command } from 'commander';
import { CaptureReader } from '../capture/reader.js';
import type { CaptureStats } from '../capture/stats.js';
import { isoTime } from '../time.js';
import { statsText } from './stats-text.js';

interface StatsOptions {
  readonly json?: boolean;
}

const help = `
Per session: who recorded it, when, from which daemon, and whether it ended cleanly. Then the most frequent kinds of events, and the
gaps in which events were lost or may have been. --json has all kinds, and times with nanoseconds.

Examples:
  docktape stats night.db
  docktape stats night.db --json | jq '.kinds[] | select(.type == "container")'`;

/** `docktape stats`: what a capture holds. */
export function statsCommand(): Command {
  return new Command('stats')
    .description('Say what a capture holds: sessions, times, types and actions, gaps.')
    .argument('<capture>', 'the capture to read')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(run);
}

function run(capture: string, options: StatsOptions): void {
  const reader = CaptureReader.open(capture);
  try {
    const stats = reader.stats();
    const text = options.json ? statsJson(stats) : statsText(capture, stats).join('\n');
    process.stdout.write(`${text}\n`);
  } finally {
    reader.close();
  }
}

/** Times become RFC 3339: a JSON number would lose their nanoseconds in most readers. */
function statsJson(stats: CaptureStats): string {
  return JSON.stringify(stats, (_, value) => (typeof value === 'bigint' ? isoTime(value, 'Z') : value), 2);
}
