import type { Reporter } from '../reporter.js';
import { comparisonLines } from './comparison.js';
import { testReportLines } from './test-report.js';

/** For people at a terminal. */
export const pretty: Reporter = (report, options) => {
  const lines = report.kind === 'test' ? testReportLines(report, options) : comparisonLines(report, options);
  return `${lines.join('\n')}\n`;
};
