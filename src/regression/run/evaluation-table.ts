import type { PreparedCase } from '../judge/prepare-case.js';
import type { EventStream } from '../suite.js';
import type { FalcoUse } from './falco-use.js';
import type { EvaluateJob } from './job.js';
import { plainText } from './plain-text.js';
import type { SuitePlan } from './plan-suite.js';

/** A job, as what its cases need comes together. */
interface Entry extends Omit<EvaluateJob, 'details' | 'withJson'> {
  readonly details: Map<string, string[]>;
  withJson: boolean;
}

/** The evaluations that cases need, each once, however many cases look at its alerts. */
export class EvaluationTable {
  readonly #entries: Entry[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #needs = new Map<PreparedCase, readonly number[]>();

  /** @param falco the Falco that evaluates besides the embedded engine, if one does */
  constructor(
    plans: readonly SuitePlan[],
    private readonly falco?: FalcoUse,
  ) {
    for (const plan of plans) {
      // Texts of rules are long, and a suite has many cases.
      const rules = plainText([plan.files, plan.suite.settings]);
      for (const prepared of plan.cases) {
        if (prepared.testCase.skip !== undefined) continue;
        const needs = prepared.testCase.streams.map((stream) => this.#index(plan, stream, rules));
        for (const index of needs) this.#addNeeds(this.#entries[index] as Entry, prepared);
        this.#needs.set(prepared, needs);
      }
    }
  }

  get jobs(): readonly EvaluateJob[] {
    return this.#entries;
  }

  /** The indexes of the evaluations of a case's streams; undefined for a case that is skipped. */
  needsOf(prepared: PreparedCase): readonly number[] | undefined {
    return this.#needs.get(prepared);
  }

  #index({ files, suite }: SuitePlan, stream: EventStream, rules: string): number {
    const key = rules + plainText(stream);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const { falco } = this;
    const index = this.#entries.length;
    this.#entries.push({
      kind: 'evaluate',
      files,
      settings: suite.settings,
      stream,
      details: new Map(),
      // Engines are compared to the letter.
      withJson: falco?.compare ?? false,
      ...(falco && { falco }),
    });
    this.#indexes.set(key, index);
    return index;
  }

  #addNeeds(entry: Entry, { entries, testCase }: PreparedCase): void {
    if (testCase.expectation.kind === 'golden') entry.withJson = true;
    for (const { expected, fields } of entries) {
      if (fields.length === 0) continue;
      const known = entry.details.get(expected.rule) ?? [];
      entry.details.set(expected.rule, [...new Set([...known, ...fields])]);
    }
  }
}
