import type { Colors } from 'picocolors/types.js';
import type { Explanation } from '../../../rules/explain/explanation.js';
import { explanationLines } from '../../../rules/explain/explanation-text.js';
import { printable } from '../../../rules/output/printable.js';
import { indent, LINE_WIDTH, shortened, wrap } from '../../../text/lines.js';
import type { Failure, ReportedEvent } from '../../report.js';
import { placeText } from '../place-text.js';
import { sideLabels } from '../side-labels.js';
import { valueText } from '../value-text.js';

/** How many lines of what was expected, and of what came, are printed. */
const LINES_SHOWN = 20;

/** The width of the labels before what is said of a failure. */
const LABEL_WIDTH = 10;

/** The room after the labels, less the indentation of the whole. */
const VALUE_WIDTH = LINE_WIDTH - LABEL_WIDTH - 2;

export interface FailureOptions {
  readonly colours: Colors;
  /** Whether long lists are printed in full. */
  readonly verbose: boolean;
}

/** A failure in full: the message with its place in the suite, what was expected and what came, the event, and why. */
export function failureLines(failure: Failure, { colours, verbose }: FailureOptions): string[] {
  const { place, message, expected, actual, rulePlace, event } = failure;
  const sides = sideLabels(failure);
  const most = verbose ? Number.POSITIVE_INFINITY : LINES_SHOWN;
  // Lines of a golden are copied into it.
  const shown = failure.kind === 'golden' ? printable : wrapped;
  const listed = (lines: readonly string[]) => shortened(lines, most).flatMap(shown);
  const labelled = (label: string, lines: readonly string[]) => labelledLines(label, lines, colours);
  return [
    ...wrap(`${placeText(place)}: ${printable(message)}`, LINE_WIDTH),
    ...labelled(sides.expected, listed(expected)),
    ...labelled(sides.actual, listed(actual)),
    ...(event ? labelled(failure.kind === 'missing' ? 'nearest' : 'event', eventLines(event)) : []),
    ...(rulePlace ? labelled('rule', [placeText(rulePlace)]) : []),
    ...(event?.explanation ? labelled('why', reasonLines(event.explanation, event.event, colours)) : []),
  ];
}

function labelledLines(label: string, lines: readonly string[], colours: Colors): string[] {
  const [first, ...rest] = lines;
  if (first === undefined) return [];
  return [colours.dim(label.padEnd(LABEL_WIDTH)) + first, ...indent(rest, LABEL_WIDTH)];
}

function eventLines({ stream, line, fields }: ReportedEvent): string[] {
  const width = Math.max(0, ...fields.map(({ field }) => printable(field).length));
  const values = fields.map(({ field, value }) => `${printable(field).padEnd(width)}  ${valueText(value)}`);
  return [printable(stream), ...wrapped(line), ...values.flatMap((text) => wrap(text, LINE_WIDTH, width + 2))];
}

/** Why a rule fired on the event or did not, what is too wide broken under the part of the condition that it belongs to. */
function reasonLines(explanation: Explanation, event: number, colours: Colors): string[] {
  return explanationLines(explanation, colours, event).flatMap((line) => {
    const indentation = line.length - line.trimStart().length;
    return wrap(line, VALUE_WIDTH, indentation + 4);
  });
}

/** A line in the column after the labels. */
function wrapped(line: string): string[] {
  return wrap(printable(line), VALUE_WIDTH);
}
