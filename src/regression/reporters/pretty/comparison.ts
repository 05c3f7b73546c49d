import type { Colors } from 'picocolors/types.js';
import { printable } from '../../../rules/output/printable.js';
import { indent, LINE_WIDTH, wrap } from '../../../text/lines.js';
import { plural, secondsText } from '../../../text/quantities.js';
import type { AlertChange, AlertChanges, ComparisonReport, RuleComparison } from '../../comparison.js';
import { type ChangeKind, othersLines } from '../others.js';
import { placeText } from '../place-text.js';
import type { ReporterOptions } from '../reporter.js';
import { findingLines } from './findings.js';

/** How many alerts of a rule and kind are printed. */
const ALERTS_SHOWN = 10;

/** A comparison for people: a line for each rule that says something else, then its alerts. */
export function comparisonLines(report: ComparisonReport, options: ReporterOptions): string[] {
  const { before, notes, streams, events, rules, findings, seconds } = report;
  const { colours } = options;
  const changed = rules.filter(isChanged);
  const what = `${plural(events, 'event')} of ${plural(streams.length, 'stream')}, in ${secondsText(seconds)}`;
  if (findings.some(({ severity }) => severity === 'error')) {
    return [...findingLines(findings, colours), `Nothing was compared with ${printable(before)}: rules have errors.`];
  }
  return [
    ...findingLines(findings, colours),
    `The rules as they are, compared with ${colours.bold(printable(before))} over ${what}`,
    ...notes.map((note) => colours.yellow(`note: ${printable(note)}`)),
    '',
    ...indent(summaryLines(changed, options), 2),
    `  ${unchangedText(rules, changed)}`,
    ...changed.flatMap((rule) => alertLines(rule, options)),
  ];
}

function isChanged({ state, lost, gained, changed }: RuleComparison): boolean {
  return state !== 'kept' || lost.count > 0 || gained.count > 0 || changed.count > 0;
}

const stateNotes: Readonly<Record<RuleComparison['state'], string>> = {
  kept: '',
  added: '  (new rule)',
  removed: '  (rule is gone)',
};

const kinds = {
  lost: { sign: '-', colour: 'red' },
  gained: { sign: '+', colour: 'green' },
  changed: { sign: '~', colour: 'yellow' },
} as const;

/** A line for each rule; new ones that say nothing of the events, which may be many, share one. */
function summaryLines(rules: readonly RuleComparison[], { colours, verbose }: ReporterOptions): string[] {
  const listed = verbose ? rules : rules.filter((rule) => !isNewAndSilent(rule));
  const columns = (['lost', 'gained', 'changed'] as const).map((kind) => {
    const { sign, colour } = kinds[kind];
    const width = Math.max(0, ...listed.map((rule) => String(rule[kind].count).length));
    return ({ [kind]: { count } }: RuleComparison) => {
      const text = `${sign} ${String(count).padStart(width)} ${kind}`;
      return count > 0 ? colours[colour](text) : colours.dim(text);
    };
  });
  const lines = listed.map((rule) => {
    const counts = columns.map((column) => column(rule)).join('  ');
    return `${counts}   ${printable(rule.rule)}${colours.dim(stateNotes[rule.state])}`;
  });
  const silent = rules.length - listed.length;
  return silent > 0 ? [...lines, `${plural(silent, 'new rule')} without an alert`] : lines;
}

function isNewAndSilent({ state, gained }: RuleComparison): boolean {
  return state === 'added' && gained.count === 0;
}

function unchangedText(rules: readonly RuleComparison[], changed: readonly RuleComparison[]): string {
  const same = rules.reduce((sum, rule) => sum + rule.same, 0);
  const alike = `${plural(same, 'alert')} as before`;
  if (changed.length === 0) return `Nothing changed: ${plural(rules.length, 'rule')}, ${alike}`;
  return `${plural(rules.length - changed.length, 'rule')} unchanged, ${alike}`;
}

/** The alerts of a rule that were lost, gained or changed. */
function alertLines({ rule, place, lost, gained, changed }: RuleComparison, options: ReporterOptions): string[] {
  if (lost.count + gained.count + changed.count === 0) return [];
  const { colours } = options;
  return [
    '',
    `${colours.bold(printable(rule))}${place ? `  ${colours.dim(placeText(place))}` : ''}`,
    ...changesLines('lost', lost, options),
    ...changesLines('gained', gained, options),
    ...changesLines('changed', changed, options),
  ];
}

function changesLines(kind: ChangeKind, { count, first }: AlertChanges, options: ReporterOptions): string[] {
  const shown = options.verbose ? first : first.slice(0, ALERTS_SHOWN);
  const more = count - shown.length;
  return [
    ...shown.flatMap((change) => indent(changeLines(kind, change, options.colours), 2)),
    ...(more > 0 ? [`  … and ${more.toLocaleString('en-US')} more ${kind}`] : []),
  ];
}

function changeLines(kind: ChangeKind, change: AlertChange, colours: Colors): string[] {
  const { stream, event, line, before, after } = change;
  const { sign, colour } = kinds[kind];
  const wrapped = (text: string) => indent(wrap(printable(text), LINE_WIDTH - 6), 4);
  const texts = kind === 'changed' ? [`- ${before}`, `+ ${after}`] : [before ?? after ?? ''];
  return [
    `${colours[colour](`${sign} ${kind}`)}  ${printable(stream)} event ${event}`,
    ...texts.flatMap(wrapped),
    ...wrapped(line).map(colours.dim),
    ...othersLines(kind, change).flatMap(wrapped),
  ];
}
