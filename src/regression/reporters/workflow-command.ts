/** An annotation of GitHub Actions: `level` is the command's name. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** Shown above the message. */
  readonly title: string;
  /** May have several lines. */
  readonly message: string;
  /** Where it is shown: the path relative to the repository's top; line and column count from 1. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

/**
 * The workflow command for an annotation, escaped as GitHub's toolkit does (actions/toolkit, packages/core/src/command.ts), so that no text
 * can end the command or start another.
 */
export function workflowCommand({ level, title, message, place }: Annotation): string {
  const at = place ? { file: place.file, line: String(place.line), col: String(place.column) } : {};
  const properties = Object.entries({ ...at, title }).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${level} ${properties.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
