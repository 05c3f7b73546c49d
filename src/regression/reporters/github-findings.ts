import type { Finding } from '../../rules/finding.js';
import { printable } from '../../rules/output/printable.js';
import { repositoryPath } from './repository-path.js';
import type { Annotation } from './workflow-command.js';

/**
 * Findings at their lines, those that several suites share once.
 *
 * @param reference what rules were compared with: places in its files are in no file that there is now, so they are told in words
 */
export function findingAnnotations(findings: readonly Finding[], reference?: string): Annotation[] {
  const distinct = new Map(findings.map((finding) => [finding.text, finding]));
  return [...distinct.values()].map((finding) => annotationOf(finding, reference));
}

function annotationOf({ severity, code, message, place }: Finding, reference: string | undefined): Annotation {
  const { file, line, column } = place;
  if (reference !== undefined && isOfReference(file, reference)) {
    return {
      level: severity,
      title: code,
      message: `${printable(`${file}:${line}:${column}`)}: ${printable(message)}`,
    };
  }
  return {
    level: severity,
    title: code,
    message: printable(message),
    place: { file: repositoryPath(file), line, column },
  };
}

/** Whether a file is one of a git reference: named `REF:PATH`, where the label is `REF (COMMIT)`. */
function isOfReference(file: string, label: string): boolean {
  const [reference, commit] = label.split(' (');
  return commit !== undefined && file.startsWith(`${reference}:`);
}
