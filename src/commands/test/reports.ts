import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import pc from 'picocolors';
import { DocktapeError, messageOf } from '../../errors.js';
import type { ComparisonReport } from '../../regression/comparison.js';
import type { TestReport } from '../../regression/report.js';
import { type ReporterName, reporters } from '../../regression/reporters/index.js';
import type { ReporterUse, TestOptions } from './options.js';

/**
 * Makes the folders of the reports' files, and looks whether the files can be written: a run may take long, and would be lost.
 *
 * @throws DocktapeError `USAGE` when some cannot
 */
export function prepareReports(uses: readonly ReporterUse[]): void {
  forEachFile(uses, ({ file }) => {
    mkdirSync(dirname(file), { recursive: true });
    const known = statSync(file, { throwIfNoEntry: false });
    if (known?.isDirectory()) throw new Error('it is a folder');
    accessSync(known ? file : dirname(file), constants.W_OK);
  });
}

/**
 * Gives a report to the reporters, each to its file or to standard output. Without any it is printed for people, and on GitHub's
 * runners as annotations besides.
 *
 * @throws DocktapeError `USAGE` when files cannot be written, once all others are
 */
export function writeReports(
  report: TestReport | ComparisonReport,
  { reporter, coverage = false, verbose = false }: Pick<TestOptions, 'reporter' | 'coverage' | 'verbose'>,
): void {
  const texts = (reporter.length > 0 ? reporter : defaults()).map((use) => {
    const colours = pc.createColors(use.file === undefined && pc.isColorSupported);
    return { ...use, text: reporters[use.name as ReporterName].report(report, { colours, coverage, verbose }) };
  });
  for (const { file, text } of texts) if (file === undefined) process.stdout.write(text);
  forEachFile(texts, ({ file, text }) => writeFileSync(file, text));
}

function defaults(): ReporterUse[] {
  return [{ name: 'pretty' }, ...(process.env.GITHUB_ACTIONS === 'true' ? [{ name: 'github' }] : [])];
}

/** Does `work` for all reports that go to a file, and tells only then for which of them it could not be done. */
function forEachFile<T extends ReporterUse>(reports: readonly T[], work: (report: T & { file: string }) => void): void {
  const problems = reports.flatMap((report) => {
    const { name, file } = report;
    if (file === undefined) return [];
    try {
      work({ ...report, file });
      return [];
    } catch (error) {
      return [`cannot write the ${name} report to ${file}: ${messageOf(error)}`];
    }
  });
  if (problems.length > 0) throw new DocktapeError('USAGE', problems.join('; '));
}
