/** How many of the last lines are kept. */
const KEPT = 20;

/** How much of a line is of interest: plugin errors are cut at 255 bytes, and Falco's own are short. */
export const MAX_LENGTH = 2000;

/** The time that Falco's log lines begin with, in either of its formats (`logger.cpp`). */
const TIME = /^(?:\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}): /;

/** What Falco puts before what its libraries log, plugins among them. */
const LIBS = /^\[libs\]: /;

/** What Falco says about a rules file that loads with warnings, and over which lines. */
const LOAD_WARNINGS = /: Ok, with warnings$/;

/** How a rules file fares with Falco's schema, which also refuses some files that it loads, as with a priority `INFO`. */
const SCHEMA = / \| schema validation: /;

/** The reason that Falco gives last. */
const ERROR = /^(?:Runtime error|Error): /;

/**
 * Falco's standard error, line by line: warnings are passed on without their times as they come, and what follows `Error:` is
 * the reason why it ended. What is said of rules as they load is left out: `-V` says it with places.
 */
export class StderrLines {
  /** The last lines, bounded. */
  readonly last: string[] = [];
  #reason: string[] | undefined;
  #aboutRules = false;

  constructor(private readonly onWarning: (line: string) => void) {}

  add(line: string): void {
    this.last.push(line);
    if (this.last.length > KEPT) this.last.shift();
    const isLogLine = TIME.test(line);
    const text = line.replace(TIME, '').replace(LIBS, '');
    if (ERROR.test(text)) this.#reason = [];
    if (this.#reason) {
      if (this.#reason.length < KEPT) this.#reason.push(text.replace(ERROR, ''));
      return;
    }
    if (isLogLine) this.#aboutRules = LOAD_WARNINGS.test(text) || SCHEMA.test(text);
    if (!this.#aboutRules && text.trim() !== '') this.onWarning(text);
  }

  /** The first line of the reason that Falco gave for its end, undefined if it gave none. */
  get reason(): string | undefined {
    return this.#reason?.find((line) => line.trim() !== '');
  }
}
