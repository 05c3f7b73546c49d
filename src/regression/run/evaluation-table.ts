import type { PreparedCase } from '../judge/prepare-case.js';
import type { EventStream } from '../suite.js';
import type { FalcoUse } from './falco-use.js';
import type { EvaluateJob } from './job.js';
import { plainText } from './plain-text.js';
import type { SuitePlan } from './plan-suite.js';

interface Entry {
  readonly job: EvaluateJob;
  /** The job's details, as they come together. */
  readonly details: Map<string, string[]>;
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
        for (const index of needs) this.#addDetails(index, prepared);
        this.#needs.set(prepared, needs);
      }
    }
  }

  get jobs(): EvaluateJob[] {
    return this.#entries.map(({ job }) => job);
  }

  /** The indexes of the evaluations of a case's streams; undefined for a case that is skipped. */
  needsOf(prepared: PreparedCase): readonly number[] | undefined {
    return this.#needs.get(prepared);
  }

  #index({ files, suite }: SuitePlan, stream: EventStream, rules: string): number {
    const key = rules + plainText(stream);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const details = new Map<string, string[]>();
    const falco = this.falco ? { falco: this.falco } : {};
    const job: EvaluateJob = { kind: 'evaluate', files, settings: suite.settings, stream, details, ...falco };
    const index = this.#entries.push({ job, details }) - 1;
    this.#indexes.set(key, index);
    return index;
  }

  #addDetails(index: number, { entries }: PreparedCase): void {
    const details = this.#entries[index]?.details;
    for (const { expected, fields } of entries) {
      if (fields.length === 0) continue;
      const known = details?.get(expected.rule) ?? [];
      details?.set(expected.rule, [...new Set([...known, ...fields])]);
    }
  }
}
