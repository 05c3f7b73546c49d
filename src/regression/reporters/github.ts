import { printable } from '../../rules/output/printable.js';
import type { FilePlace } from '../../rules/text/file-place.js';
import { shortened } from '../../text/lines.js';
import { plural } from '../../text/quantities.js';
import type { AlertChange, AlertChanges, ComparisonReport, RuleComparison } from '../comparison.js';
import type { CaseReport, Failure, TestReport } from '../report.js';
import { findingAnnotations } from './github-findings.js';
import { type ChangeKind, othersLines } from './others.js';
import { placeText } from './place-text.js';
import type { Reporter } from './reporter.js';
import { repositoryPath } from './repository-path.js';
import { sideLabels } from './side-labels.js';
import { type Annotation, workflowCommand } from './workflow-command.js';

/** How many alerts an annotation names: it is read in a margin of the diff. */
const ALERTS_NAMED = 5;

/** How many lines of what was expected, and of what came, an annotation has. */
const LINES_SHOWN = 10;

/** Annotations for GitHub Actions, a workflow command a line: failures and lost alerts stand at the rule that they are about. */
export const github: Reporter = (report) => {
  const annotations = report.kind === 'test' ? testAnnotations(report) : comparisonAnnotations(report);
  return annotations.map((annotation) => `${workflowCommand(annotation)}\n`).join('');
};

function testAnnotations({ suites }: TestReport): Annotation[] {
  const failed = suites.flatMap(({ cases }) => cases).filter(({ status }) => status === 'failed');
  return [
    ...findingAnnotations(suites.flatMap(({ findings }) => findings)),
    ...failed.flatMap((testCase) => testCase.failures.map((failure) => failureAnnotation(testCase, failure))),
  ];
}

function failureAnnotation({ name }: CaseReport, failure: Failure): Annotation {
  const { message, place, rulePlace, expected, actual, event } = failure;
  const sides = sideLabels(failure);
  const listed = (label: string, lines: readonly string[]) =>
    shortened(lines, LINES_SHOWN).map((line) => `${label}: ${line}`);
  const lines = [
    message,
    ...listed(sides.expected, expected),
    ...listed(sides.actual, actual),
    ...(event ? [`event of ${event.stream}: ${event.line}`] : []),
    ...(rulePlace ? [`the case stands at ${placeText({ ...place, file: repositoryPath(place.file) })}`] : []),
  ];
  return annotation('error', name, lines, rulePlace ?? place);
}

function comparisonAnnotations({ before, findings, rules }: ComparisonReport): Annotation[] {
  return [...findingAnnotations(findings, before), ...rules.flatMap(ruleAnnotations)];
}

function ruleAnnotations({ rule, place, lost, gained, changed }: RuleComparison): Annotation[] {
  const kinds = [
    { level: 'error', kind: 'lost', changes: lost },
    { level: 'warning', kind: 'gained', changes: gained },
    { level: 'notice', kind: 'changed', changes: changed },
  ] as const;
  return kinds
    .filter(({ changes }) => changes.count > 0)
    .map(({ level, kind, changes }) =>
      annotation(level, rule, [`${plural(changes.count, 'alert')} ${kind}`, ...alertLines(kind, changes)], place),
    );
}

function alertLines(kind: ChangeKind, { count, first }: AlertChanges): string[] {
  const named = first.slice(0, ALERTS_NAMED);
  const more = count - named.length;
  return [...named.map((change) => alertLine(kind, change)), ...(more > 0 ? [`… and ${more} more`] : [])];
}

function alertLine(kind: ChangeKind, change: AlertChange): string {
  const { stream, event, before, after } = change;
  const text = [before, after].filter((side) => side !== undefined).join(' → ');
  return [`${stream} event ${event}: ${text}`, ...othersLines(kind, change)].join('; ');
}

function annotation(
  level: Annotation['level'],
  title: string,
  lines: readonly string[],
  place: FilePlace | undefined,
): Annotation {
  const where = place ? { place: { ...place, file: repositoryPath(place.file) } } : {};
  return { level, title: printable(title), message: lines.map(printable).join('\n'), ...where };
}
