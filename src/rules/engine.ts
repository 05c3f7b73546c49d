import { DocktapeError } from '../errors.js';
import type { AppendOutput } from './append-output.js';
import type { LoadedColumns } from './compile/columns.js';
import { type Filter, Frame, subtract } from './compile/filter.js';
import { Screen } from './compile/screen.js';
import type { LoadError, LoadWarning } from './diagnostic.js';
import type { EventBatch, FieldRequest } from './event-batch.js';
import type { EventOrigin } from './event-origin.js';
import type { NearEvent } from './explain/condition-explainer.js';
import { Explainer } from './explain/explainer.js';
import type { Explanation } from './explain/explanation.js';
import { FieldCatalogue } from './fields/catalogue.js';
import type { CompiledRule, CompiledRules } from './load/compile-rules.js';
import { loadRulesFiles, type RulesFile } from './load/load-files.js';
import { didYouMean } from './nearest-name.js';
import type { RuleObservation } from './observe/observation.js';
import { type RuleCounter, ruleCounters } from './observe/rule-counter.js';
import type { Alert } from './output/alert.js';
import { AlertBuilder } from './output/alert-builder.js';
import { isAtLeast, type Priority } from './priority.js';
import { StreamContext } from './stream-context.js';

/** Settings that decide which alerts there are and what is in them. */
export interface EngineOptions {
  /** `first`: only the first rule that matches an event reports it. `all`: every one does. */
  readonly ruleMatching: 'first' | 'all';
  /** Rules of a lesser priority are not evaluated. */
  readonly priority: Priority;
  readonly timeFormatIso8601: boolean;
  readonly appendOutput: readonly AppendOutput[];
  /** Fields to have with the alerts of a rule as {@link Alert.details}, by rule. */
  readonly details?: ReadonlyMap<string, readonly string[]>;
  /** What alerts name as the host; without it FALCO_HOSTNAME, else the host's name. */
  readonly hostname?: string;
  /** The event number (its sequence in the capture) of the event with this `evt.num`; without it alerts have none. */
  readonly eventNumber?: (evtNum: number) => number;
  /** Whether to count what becomes of each rule and of each comparison, for {@link Engine.observations}. */
  readonly observe?: boolean;
}

export interface EngineLoad {
  /** Undefined when there are errors. */
  readonly engine: Engine | undefined;
  readonly errors: readonly LoadError[];
  readonly warnings: readonly LoadWarning[];
}

/** Falco's rules evaluated over the columns of event batches. One engine follows one stream of events. */
export class Engine {
  /** The rules that are evaluated, in the order in which they are asked. */
  readonly rules: readonly CompiledRule[];

  private readonly alerts: AlertBuilder;
  private readonly explainer: Explainer;
  /** What is asked for each rule: its own filter, or one that counts besides. */
  private readonly filters: readonly Filter[];
  private readonly counters: readonly RuleCounter[] | undefined;
  private readonly screen: Screen;
  private readonly stream: StreamContext;

  /** Loads rules files in order; the origin's source is the one whose rules are evaluated. */
  static load(files: readonly RulesFile[], origin: EventOrigin, options: EngineOptions): EngineLoad {
    const { compiled, errors, warnings } = loadRulesFiles(files, origin, {
      appended: options.appendOutput,
      details: options.details ?? new Map(),
    });
    return { engine: compiled && new Engine(compiled, origin, options), errors, warnings };
  }

  private constructor(
    private readonly compiled: CompiledRules,
    origin: EventOrigin,
    private readonly options: EngineOptions,
  ) {
    this.rules = compiled.rules.filter(
      ({ definition }) => definition.enabled && isAtLeast(definition.priority, options.priority),
    );
    this.counters = options.observe ? ruleCounters(this.rules, origin, compiled.conditionColumns) : undefined;
    this.filters = this.counters ?? this.rules.map(({ filter }) => filter);
    this.screen = new Screen(
      this.filters.map(({ dependence }) => dependence),
      compiled.conditionColumns,
    );
    this.stream = new StreamContext(origin, options.hostname);
    this.explainer = new Explainer(compiled, this.rules, new FieldCatalogue(origin.fields), this.stream, options);
    this.alerts = new AlertBuilder(origin.info.eventSource, this.stream, options);
  }

  /** The fields that conditions read of every event. */
  get requests(): readonly FieldRequest[] {
    return this.compiled.conditionColumns.requests;
  }

  /** The alerts on a batch's events, in stream order and then in the order of the rules. Batches must come in stream order. */
  evaluate(batch: EventBatch): Alert[] {
    if (batch.count === 0) return [];
    this.stream.follow(batch);
    const matches = this.match(batch);
    if (matches.length === 0) return [];
    const columns = this.outputColumns(batch, matches);
    return matches.map(({ rule, index }) => this.alerts.build(rule, { columns, index }));
  }

  /** Takes note of a batch that is not evaluated: some fields of later events count from the first one. */
  skip(batch: EventBatch): void {
    this.stream.follow(batch);
  }

  /**
   * The rule of this name, also one that is disabled or below the minimum priority.
   *
   * @throws DocktapeError `RULES` when there is none, with the name that was likely meant
   */
  rule(name: string): CompiledRule {
    const { rules } = this.compiled;
    const found = rules.find(({ definition }) => definition.name === name);
    if (found) return found;
    const names = rules.map(({ definition }) => definition.name);
    const hint =
      didYouMean(name, names) || `; the rules are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
    throw new DocktapeError('RULES', `no rule on these events is called '${name}'${hint}`);
  }

  /**
   * Why a rule fires on the event of the batch at `index`, or does not. Nothing is counted by it.
   *
   * @throws DocktapeError `RULES` as {@link rule} does
   */
  explain(rule: string, batch: EventBatch, index: number): Explanation {
    this.skip(batch);
    return this.explainer.explain(this.rule(rule), batch, index);
  }

  /**
   * The event of the batch that comes nearest to the rule's condition, and how near: 1 when the condition holds, 0 at the
   * least. Of several the first; undefined when the batch is empty.
   *
   * @throws DocktapeError `RULES` as {@link rule} does
   */
  nearest(rule: string, batch: EventBatch): NearEvent | undefined {
    this.skip(batch);
    return this.explainer.nearest(this.rule(rule), batch);
  }

  /** What became of the rules so far, in their order. Only of an engine that was loaded to observe. */
  observations(): RuleObservation[] {
    if (!this.counters) throw new TypeError('this engine was not loaded with `observe`');
    return this.counters.map(({ observation }) => observation);
  }

  private match(batch: EventBatch): Match[] {
    const { columns, candidates } = this.screen.load(batch, this.stream);
    const frame = new Frame(columns);
    const reported = new Uint8Array(batch.count);
    const matches: Match[] = [];
    this.rules.forEach((rule, number) => {
      const mask = candidates(number);
      if (!mask) return;
      if (this.options.ruleMatching === 'first') subtract(mask, reported);
      if (!this.filters[number]?.narrow(mask, frame)) return;
      for (let index = mask.indexOf(1); index >= 0; index = mask.indexOf(1, index + 1)) {
        matches.push({ rule, index });
        reported[index] = 1;
      }
    });
    // Rules were asked in their order, and the sort is stable.
    return matches.sort((a, b) => a.index - b.index);
  }

  /** Loads what the outputs of the rules that matched need, of the events that they matched, and nothing more. */
  private outputColumns(batch: EventBatch, matches: readonly Match[]): LoadedColumns {
    const mask = new Uint8Array(batch.count);
    for (const { index } of matches) mask[index] = 1;
    const needed = new Set<number>();
    for (const rule of new Set(matches.map((match) => match.rule))) {
      for (const format of [rule.output, ...rule.extraTexts.values(), ...rule.extraFields, ...rule.details]) {
        for (const column of format.columns) needed.add(column);
      }
    }
    return this.compiled.outputColumns.load(batch, this.stream, needed, mask);
  }
}

interface Match {
  readonly rule: CompiledRule;
  readonly index: number;
}
