import { DocktapeError } from '../../errors.js';
import type { Finding } from '../../rules/finding.js';
import type { FalcoProgram } from './falco-run.js';
import { nameOf } from './program-name.js';

/** Rules that Falco does not load. The message has the first error; {@link details} shows each with its line and a caret. */
export class RefusedRules extends DocktapeError {
  constructor(
    program: FalcoProgram,
    /** Falco's errors, at least one. */
    readonly findings: readonly Finding[],
  ) {
    const { place, code, message } = findings[0] as Finding;
    const count = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
    super(
      'FALCO',
      `${nameOf(program)} refuses the rules: ${place.file}:${place.line}:${place.column}: ${code}: ${message}${count}`,
    );
  }

  override get details(): string {
    return [...this.findings.map(({ text }) => text), this.message].join('\n');
  }

  /** @throws RefusedRules when there are errors among the findings */
  static throwIf(program: FalcoProgram, findings: readonly Finding[]): void {
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new RefusedRules(program, errors);
  }
}
