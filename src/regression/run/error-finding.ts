import type { Finding } from '../../rules/finding.js';
import type { FilePlace } from '../../rules/text/file-place.js';

/** An error of a suite's rules that no engine reports: what is wrong shows only in how they are tested. */
export function errorFinding(code: 'ENGINES_DIFFER' | 'NO_RULES', message: string, place: FilePlace): Finding {
  const { file, line, column } = place;
  return { severity: 'error', code, message, place, text: `${file}:${line}:${column}: ${code}: ${message}` };
}
