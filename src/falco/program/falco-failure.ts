import { DocktapeError } from '../../errors.js';

/** What became of a Falco that did not do what it was run for. The message is one line; {@link details} adds what it said last. */
export class FalcoFailure extends DocktapeError {
  constructor(
    message: string,
    /** The last lines of its standard error, without line ends. */
    readonly lastLines: readonly string[],
  ) {
    super('FALCO', message);
  }

  /** The message, and Falco's last lines indented by two blanks. */
  override get details(): string {
    return [this.message, ...this.lastLines.map((line) => `  ${line}`)].join('\n');
  }
}
