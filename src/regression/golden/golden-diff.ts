import { changesBetween } from './golden-changes.js';

/** How many lines of a difference are shown. */
const LINES_SHOWN = 20;

/** A line of a golden that came or went. What is not known was not to be read off the line. */
export interface DiffLine {
  readonly sign: '-' | '+';
  readonly line: string;
  /** The path of the capture, in a golden of several. */
  readonly capture?: string;
  readonly event?: number;
  readonly rule?: string;
}

/** What tells two versions of a golden apart. */
export interface GoldenDiff {
  /** By capture and event number, what went before what came. */
  readonly lines: readonly DiffLine[];
  /** Alerts that are gone, new, and such that the same rule raises on the same event with another content. */
  readonly lost: number;
  readonly gained: number;
  readonly changed: number;
  /** The line that explains most: an alert that is gone, else one that is new or changed. */
  readonly first: DiffLine | undefined;
}

/** @param captures the captures of a golden of several, in their order */
export function goldenDiff(
  recorded: readonly string[],
  lines: readonly string[],
  captures: readonly string[],
): GoldenDiff {
  const { added, removed } = changesBetween(recorded, lines);
  const gone = removed.map((line) => readLine('-', line));
  const come = added.map((line) => readLine('+', line));
  const changedKeys = commonKeys(gone, come);
  const lost = gone.filter((line) => !changedKeys.has(keyOf(line)));
  const gained = come.filter((line) => !changedKeys.has(keyOf(line)));
  const place = ({ capture = '' }: DiffLine) => captures.indexOf(capture);
  const all = [...gone, ...come].sort((a, b) => place(a) - place(b) || (a.event ?? 0) - (b.event ?? 0));
  return {
    lines: all,
    lost: lost.length,
    gained: gained.length,
    changed: changedKeys.size,
    first: lost.find(({ rule }) => rule !== undefined) ?? come[0],
  };
}

/** The difference for people, trimmed. */
export function diffText({ lines }: GoldenDiff): string[] {
  const shown = lines.slice(0, LINES_SHOWN).map(({ sign, line }) => `${sign} ${line}`);
  return lines.length > LINES_SHOWN ? [...shown, `… and ${lines.length - LINES_SHOWN} more`] : shown;
}

function commonKeys(gone: readonly DiffLine[], come: readonly DiffLine[]): Set<string> {
  const keys = new Set(come.map(keyOf));
  return new Set(
    gone
      .filter(({ rule }) => rule !== undefined)
      .map(keyOf)
      .filter((key) => keys.has(key)),
  );
}

function keyOf({ capture, event, rule }: DiffLine): string {
  return JSON.stringify([capture, event, rule]);
}

/** A golden is edited and merged by people: a line of it may be anything. */
function readLine(sign: DiffLine['sign'], line: string): DiffLine {
  const { capture, event, rule } = parse(line);
  return {
    sign,
    line,
    ...(typeof capture === 'string' ? { capture } : {}),
    ...(typeof event === 'number' ? { event } : {}),
    ...(typeof rule === 'string' ? { rule } : {}),
  };
}

function parse(line: string): { readonly capture?: unknown; readonly event?: unknown; readonly rule?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
