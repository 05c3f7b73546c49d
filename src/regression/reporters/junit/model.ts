import type { Finding } from '../../../rules/finding.js';
import type { FilePlace } from '../../../rules/text/file-place.js';
import { plural } from '../../../text/quantities.js';
import { repositoryPath } from '../repository-path.js';

/** What a JUnit file says. */
export interface JunitReport {
  readonly suites: readonly JunitSuite[];
  readonly seconds: number;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitTestCase[];
  /** What is worth reading besides. */
  readonly output?: string;
}

export interface JunitTestCase {
  readonly name: string;
  /** Viewers group by it; dots make levels of it. */
  readonly className: string;
  readonly place?: { readonly file: string; readonly line: number };
  readonly seconds: number;
  readonly outcome: JunitOutcome;
  readonly output?: string;
}

export type JunitOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly message: string }
  | { readonly kind: 'failure' | 'error'; readonly type: string; readonly message: string; readonly text: string };

/** A place as viewers find it in the repository. */
export function junitPlace(place: FilePlace): { file: string; line: number } {
  return { file: repositoryPath(place.file), line: place.line };
}

/** The case that stands for rules that do not load; none when they do. */
export function rulesCase(findings: readonly Finding[], className: string): JunitTestCase[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (!first) return [];
  const message = errors.length === 1 ? first.message : `${first.message} (${plural(errors.length, 'error')} in all)`;
  const text = errors.map((error) => error.text).join('\n');
  const outcome = { kind: 'error', type: first.code, message, text } as const;
  return [{ name: 'rules', className, place: junitPlace(first.place), seconds: 0, outcome }];
}

/** The warnings, for a suite's output; undefined when there are none. */
export function warningsText(findings: readonly Finding[]): string | undefined {
  const texts = findings.filter(({ severity }) => severity === 'warning').map(({ text }) => `warning ${text}`);
  return texts.length > 0 ? texts.join('\n') : undefined;
}
