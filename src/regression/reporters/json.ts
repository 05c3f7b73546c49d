import { type JsonData, jsonText } from '../../json.js';
import type { Reporter } from './reporter.js';

/** Raised when a member of the reports changes its meaning or goes; members may be added without. */
const VERSION = 1;

/** The whole report, as docs/test-report.md describes it. */
export const json: Reporter = (report) => {
  // Reports are plain data, but TypeScript takes no interface for a type with an index signature.
  const data = { version: VERSION, ...report } as unknown as JsonData;
  return `${jsonText(data, 2)}\n`;
};
