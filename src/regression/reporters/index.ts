import { github } from './github.js';
import { json } from './json.js';
import { junit } from './junit.js';
import { pretty } from './pretty/pretty.js';
import type { Reporter } from './reporter.js';

export type { Reporter, ReporterOptions } from './reporter.js';

/** A reporter as the command line offers it. */
export interface ReporterEntry {
  readonly report: Reporter;
  /** One line for the help. */
  readonly help: string;
}

/** The reporters by name. */
export const reporters = {
  pretty: { report: pretty, help: 'for people at a terminal' },
  json: { report: json, help: 'everything, as docs/test-report.md describes it' },
  junit: { report: junit, help: "JUnit's XML, for Jenkins, GitLab and others" },
  github: { report: github, help: "annotations for GitHub Actions, at the rules' lines" },
} as const satisfies Readonly<Record<string, ReporterEntry>>;

export type ReporterName = keyof typeof reporters;
