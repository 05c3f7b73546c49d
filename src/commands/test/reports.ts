import { writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { DocktapeError, messageOf } from '../../errors.js';
import type { ComparisonReport } from '../../regression/comparison.js';
import type { TestReport } from '../../regression/report.js';
import { type ReporterName, reporters } from '../../regression/reporters/index.js';
import type { ReporterUse } from './options.js';

/**
 * Gives a report to the reporters, each to its file or to standard output. Without any it is printed for people, and on GitHub's
 * runners as annotations besides.
 *
 * @throws DocktapeError `USAGE` when a file cannot be written
 */
export function writeReports(
  report: TestReport | ComparisonReport,
  uses: readonly ReporterUse[],
  { coverage }: { readonly coverage: boolean },
): void {
  for (const { name, file } of uses.length > 0 ? uses : defaults()) {
    const colours = pc.createColors(file === undefined && pc.isColorSupported);
    const text = reporters[name as ReporterName].report(report, { colours, coverage });
    if (file === undefined) process.stdout.write(text);
    else writeReport(name, file, text);
  }
}

function defaults(): ReporterUse[] {
  return [{ name: 'pretty' }, ...(process.env.GITHUB_ACTIONS === 'true' ? [{ name: 'github' }] : [])];
}

function writeReport(name: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new DocktapeError('USAGE', `cannot write the ${name} report to ${file}: ${messageOf(cause)}`, { cause });
  }
}
