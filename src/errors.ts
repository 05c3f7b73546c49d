/** What kind of thing went wrong; every one of them ends the command line with {@link ExitCode.failure}. */
export type ErrorCode =
  | 'USAGE'
  | 'OPEN_PARAMS'
  | 'CAPTURE'
  | 'IMPORT'
  | 'DAEMON'
  | 'PLUGIN'
  | 'FALCO'
  | 'RULES'
  | 'SETTINGS'
  | 'SUITE';

/**
 * An error whose message is meant for the user: one line that names the value, the place and the fix.
 * Anything else that is thrown is a defect of docktape and is shown with its stack.
 */
export class DocktapeError extends Error {
  override readonly name = 'DocktapeError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** The message, and where there is a text to show, the line that it is about. */
  get details(): string {
    return this.message;
  }
}

/** The text of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
