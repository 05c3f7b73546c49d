import { DocktapeError } from '../../errors.js';
import { alertLines } from '../judge/alert-lines.js';
import { byRule, type EventQuestion, type Judgement, type StreamAlerts } from '../judge/judgement.js';
import type { RuleBook } from '../judge/rule-book.js';
import type { Failure, GoldenChange } from '../report.js';
import type { ExpectedGolden } from '../suite.js';
import { type DiffLine, diffText, type GoldenDiff, goldenDiff } from './golden-diff.js';
import { readGolden } from './golden-file.js';
import { goldenLines, pathFromSuite } from './golden-lines.js';
import type { GoldenMode } from './modes.js';

export interface GoldenCase {
  readonly golden: ExpectedGolden;
  /** The suite's path. */
  readonly suite: string;
  readonly streams: readonly StreamAlerts[];
  readonly rules: RuleBook;
  readonly mode: GoldenMode;
}

export interface GoldenVerdict {
  readonly judgements: readonly Judgement[];
  readonly change?: GoldenChange;
}

/** Compares a case's alerts with its golden, and does with the golden what the mode says. */
export function judgeGolden(goldenCase: GoldenCase): GoldenVerdict {
  try {
    return compare(goldenCase);
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    return { judgements: [{ failure: failureOf(goldenCase.golden, error.message) }] };
  }
}

function compare(goldenCase: GoldenCase): GoldenVerdict {
  const { golden, suite, streams, mode } = goldenCase;
  const { path } = golden;
  const lines = goldenLines(streams, suite);
  const recorded = readGolden(path);
  if (recorded === undefined) {
    const { holds, ...written } = mode.missing({ path, lines });
    return { judgements: holds ? [] : [missing(goldenCase)], ...written };
  }
  if (recorded.length === lines.length && recorded.every((line, i) => line === lines[i])) return { judgements: [] };
  const { holds, ...written } = mode.differing({ path, lines, recorded });
  return { judgements: holds ? [] : [difference(goldenCase, recorded, lines)], ...written };
}

function missing({ golden, streams }: GoldenCase): Judgement {
  const fix = 'write it with `docktape test --update`, where CI is not set, review it and commit it';
  const message = `the golden ${golden.path} is missing: ${fix}`;
  return {
    failure: { ...failureOf(golden, message), actual: alertLines([...byRule(streams).values()].flat(), streams) },
  };
}

function difference({ golden, streams, suite, rules }: GoldenCase, recorded: string[], lines: string[]): Judgement {
  const { path } = golden;
  const captures = streams.map(({ name }) => pathFromSuite(name, suite));
  const diff = goldenDiff(recorded, lines, captures);
  const expected = [`the ${recorded.length} lines of ${path}`];
  if (diff.lines.length === 0)
    return { failure: { ...failureOf(golden, orderText(path)), expected, actual: order(recorded, lines) } };
  const question = questionOf(diff.first, captures, rules);
  const rulePlace = question && rules.placeOf(question.rule);
  const failure: Failure = {
    ...failureOf(golden, differenceText(path, diff)),
    ...(question && { rule: question.rule }),
    ...(rulePlace && { rulePlace }),
    expected,
    actual: diffText(diff),
  };
  return { failure, ...(question && { question }) };
}

function differenceText(path: string, { lost, gained, changed }: GoldenDiff): string {
  const counts = Object.entries({ lost, gained, changed }).filter(([, count]) => count > 0);
  return `the alerts differ from the golden ${path}: ${counts.map(([what, count]) => `${count} ${what}`).join(', ')}`;
}

function orderText(path: string): string {
  return `the alerts of the golden ${path} came in another order`;
}

/** The first line that another one stands in for. */
function order(recorded: readonly string[], lines: readonly string[]): string[] {
  const at = recorded.findIndex((line, i) => line !== lines[i]);
  return [`- ${recorded[at]}`, `+ ${lines[at]}`];
}

/** Why the rule fires, or no longer does, on the event of a line. */
function questionOf(
  line: DiffLine | undefined,
  captures: readonly string[],
  rules: RuleBook,
): EventQuestion | undefined {
  if (line?.rule === undefined || line.event === undefined || !rules.placeOf(line.rule)) return undefined;
  const stream = line.capture === undefined ? 0 : captures.indexOf(line.capture);
  return stream < 0 ? undefined : { rule: line.rule, event: line.event, stream };
}

function failureOf({ place }: ExpectedGolden, message: string): Failure {
  return { kind: 'golden', message, place, expected: [], actual: [] };
}
