import { DocktapeError } from '../errors.js';
import { excerptAt } from './text/excerpt.js';
import type { Place } from './text/source-text.js';

/** Falco's codes for what makes a rules file unusable (`falco_load_result.cpp`). */
export type LoadErrorCode =
  | 'LOAD_ERR_FILE_READ'
  | 'LOAD_ERR_YAML_PARSE'
  | 'LOAD_ERR_YAML_VALIDATE'
  | 'LOAD_ERR_COMPILE_CONDITION'
  | 'LOAD_ERR_COMPILE_OUTPUT'
  | 'LOAD_ERR_VALIDATE';

/** Falco's codes for what is passed over with a warning. */
export type LoadWarningCode =
  | 'LOAD_UNKNOWN_SOURCE'
  | 'LOAD_UNSAFE_NA_CHECK'
  | 'LOAD_UNKNOWN_FILTER'
  | 'LOAD_UNUSED_MACRO'
  | 'LOAD_UNUSED_LIST'
  | 'LOAD_UNKNOWN_ITEM'
  | 'LOAD_UNKNOWN_KEY'
  | 'LOAD_DEPRECATED_ITEM'
  | 'LOAD_APPEND_NO_VALUES'
  | 'LOAD_EXCEPTION_NAME_NOT_UNIQUE'
  | 'LOAD_INVALID_MACRO_NAME'
  | 'LOAD_INVALID_LIST_NAME'
  | 'LOAD_COMPILE_CONDITION';

/** One thing to say about a rules file, with the place it is about. */
export interface Diagnostic<Code = LoadErrorCode | LoadWarningCode> {
  readonly code: Code;
  readonly message: string;
  readonly place: Place;
}

export type LoadError = Diagnostic<LoadErrorCode>;
export type LoadWarning = Diagnostic<LoadWarningCode>;

/** Thrown inside the loader to leave a definition at its first error; never leaves `src/rules`. */
export class LoadFailure extends Error {
  constructor(readonly diagnostic: LoadError) {
    super(diagnostic.message);
  }
}

/** Ends the work on a definition with an error at `place`. */
export function fail(code: LoadErrorCode, message: string, place: Place): never {
  throw new LoadFailure({ code, message, place });
}

/** What a condition or an output format given outside of a rules file has wrong. The message is one line; {@link details} adds the caret. */
export class RulesError extends DocktapeError {
  constructor(readonly diagnostic: LoadError) {
    super('RULES', headline(diagnostic));
  }

  /** The message, the line of text it is about, and a caret under the place. */
  override get details(): string {
    return formatDiagnostic(this.diagnostic);
  }
}

/** `FILE:LINE:COLUMN: CODE: MESSAGE`, then the line of text and a caret under the place. No newline at the end. */
export function formatDiagnostic(diagnostic: Diagnostic<string>): string {
  return `${headline(diagnostic)}\n${excerptAt(diagnostic.place)}`;
}

function headline({ code, message, place }: Diagnostic<string>): string {
  const { line, column } = place.position();
  const note = place.note === undefined ? '' : ` (${place.note})`;
  return `${place.source.name}:${line}:${column}: ${code}: ${message}${note}`;
}
