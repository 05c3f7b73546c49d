import { type Diagnostic, formatDiagnostic } from './diagnostic.js';
import { type FilePlace, filePlace } from './text/file-place.js';

/** Something to say about a rules file. Plain data. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Falco's code, or one of lint's: `LINT_…`. */
  readonly code: string;
  readonly message: string;
  readonly place: FilePlace;
  /** The message with its place, the line it is about, and a caret. */
  readonly text: string;
  /** The rule that it is about, where it is about one. */
  readonly rule?: string;
}

/** The plain data of a diagnostic. */
export function findingOf(diagnostic: Diagnostic<string>, severity: Finding['severity'], rule?: string): Finding {
  const { code, message, place } = diagnostic;
  const about = rule === undefined ? {} : { rule };
  return { severity, code, message, place: filePlace(place), text: formatDiagnostic(diagnostic), ...about };
}
