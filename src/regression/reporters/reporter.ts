import type { Colors } from 'picocolors/types.js';
import type { ComparisonReport } from '../comparison.js';
import type { TestReport } from '../report.js';

/** What a reporter is told besides the report. */
export interface ReporterOptions {
  /** How texts are coloured; functions that change nothing where the output is no terminal. */
  readonly colours: Colors;
  /** Whether the coverage of the rules is printed. */
  readonly coverage: boolean;
  /** Whether long lists are printed in full, and what is as expected in more detail. */
  readonly verbose?: boolean;
}

/** Prints a report and computes nothing. The text ends with a newline unless it is empty. */
export type Reporter = (report: TestReport | ComparisonReport, options: ReporterOptions) => string;
