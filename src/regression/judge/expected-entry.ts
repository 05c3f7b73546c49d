import type { FilePlace } from '../../rules/text/file-place.js';
import type { AlertRecord } from '../alert-record.js';
import type { ExpectedAlert } from '../suite.js';
import type { FieldReader } from './field-reader.js';
import type { RuleBook } from './rule-book.js';
import { describeTest, prepareTest } from './value-test.js';

/** Why an entry cannot be judged: it names what is not there, or cannot be read. */
export interface EntryProblem {
  readonly message: string;
  readonly place: FilePlace;
}

/** An entry of `expect`, ready to be held against alerts of its rule. */
export class ExpectedEntry {
  /** With one of these the entry fits as if the part that has it were left out. */
  readonly problems: readonly EntryProblem[];
  /** The fields that records of alerts must have, as alerts call them. */
  readonly fields: readonly string[];
  /** Where the rule is defined, if it is. */
  readonly rulePlace: FilePlace | undefined;
  private readonly checks: readonly ((alert: AlertRecord) => string | undefined)[];

  constructor(
    readonly expected: ExpectedAlert,
    rules: RuleBook,
    fields: FieldReader,
  ) {
    this.rulePlace = rules.placeOf(expected.rule);
    const problems: EntryProblem[] = [];
    const problem = rules.problemOf(expected.rule);
    if (problem !== undefined) problems.push({ message: problem, place: expected.place });
    const outputTest = expected.output && prepareTest(expected.output);
    const fieldTests = expected.fields.flatMap(({ field, place, test }) => {
      const reading = fields.read(field);
      if ('name' in reading) return [{ name: reading.name, difference: prepareTest(test) }];
      problems.push({ message: `"${expected.rule}": ${reading.problem}`, place });
      return [];
    });
    this.problems = problems;
    this.fields = fieldTests.map(({ name }) => name);
    this.checks = [
      ...headChecks(expected),
      ...fieldTests.map(({ name, difference }) => (alert: AlertRecord) => {
        return named(name, difference(alert.fields[name] ?? null));
      }),
      ...(outputTest ? [(alert: AlertRecord) => named('the output', outputTest(alert.output))] : []),
    ];
  }

  /** In what an alert of the rule is otherwise than expected, one sentence each; none when it fits. */
  differences(alert: AlertRecord): string[] {
    return this.checks.map((check) => check(alert)).filter((difference) => difference !== undefined);
  }

  fits(alert: AlertRecord): boolean {
    return this.checks.every((check) => check(alert) === undefined);
  }

  /** Whether it fits every alert of its rule. */
  get isBare(): boolean {
    return this.checks.length === 0;
  }

  /** What it expects, a line each. */
  describe(): string[] {
    const { rule, count, priority, tags, event, output, fields } = this.expected;
    return [
      `${countText(count)} of "${rule}"`,
      ...(event === undefined ? [] : [`the event is ${event}`]),
      ...(priority === undefined ? [] : [`the priority is ${priority}`]),
      ...(tags.length === 0 ? [] : [`the tags have ${tags.join(', ')}`]),
      ...fields.map(({ field, test }) => `${field} ${describeTest(test)}`),
      ...(output ? [`the output ${describeTest(output)}`] : []),
    ];
  }
}

/** "at least 1 alert", "2 alerts", "no alert". */
export function countText({ atLeast, atMost }: ExpectedAlert['count']): string {
  const alerts = (count: number) => `${count} alert${count === 1 ? '' : 's'}`;
  if (atMost === 0) return 'no alert';
  if (atLeast === atMost) return alerts(atLeast);
  if (atMost === Number.POSITIVE_INFINITY) return `at least ${alerts(atLeast)}`;
  return atLeast === 0 ? `at most ${alerts(atMost)}` : `${atLeast} to ${alerts(atMost)}`;
}

function headChecks({ event, priority, tags }: ExpectedAlert): ((alert: AlertRecord) => string | undefined)[] {
  const isOther = (what: string, actual: number | string, wanted: number | string) =>
    actual === wanted ? undefined : `${what} is ${actual}, not ${wanted}`;
  return [
    ...(event === undefined ? [] : [(alert: AlertRecord) => isOther('the event', alert.event, event)]),
    ...(priority === undefined ? [] : [(alert: AlertRecord) => isOther('the priority', alert.priority, priority)]),
    ...tags.map((tag) => (alert: AlertRecord) => {
      const having = alert.tags.length > 0 ? `are ${alert.tags.join(', ')}` : 'are none';
      return alert.tags.includes(tag) ? undefined : `the tags ${having}, without ${tag}`;
    }),
  ];
}

function named(name: string, difference: string | undefined): string | undefined {
  return difference === undefined ? undefined : `${name} ${difference}`;
}
