import { Frame } from '../compile/filter.js';
import type { EventBatch } from '../event-batch.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { CompiledRule, CompiledRules } from '../load/compile-rules.js';
import { isAtLeast, type Priority } from '../priority.js';
import type { StreamContext } from '../stream-context.js';
import { filePlace } from '../text/file-place.js';
import { ConditionExplainer, type NearEvent } from './condition-explainer.js';
import type { Explanation, Obstacle } from './explanation.js';

/** What of the settings decides whether a rule whose condition holds raises an alert. */
export interface ExplainerOptions {
  readonly ruleMatching: 'first' | 'all';
  readonly priority: Priority;
}

/** Says why rules fire on an event or do not, also rules that are not evaluated. */
export class Explainer {
  private readonly conditions = new Map<CompiledRule, ConditionExplainer>();

  /** @param evaluated the rules that are evaluated, in the order in which they are asked */
  constructor(
    private readonly compiled: CompiledRules,
    private readonly evaluated: readonly CompiledRule[],
    private readonly catalogue: FieldCatalogue,
    private readonly stream: StreamContext,
    private readonly options: ExplainerOptions,
  ) {}

  explain(rule: CompiledRule, batch: EventBatch, index: number): Explanation {
    if (!Number.isInteger(index) || index < 0 || index >= batch.count) {
      throw new RangeError(`event ${index} of a batch of ${batch.count}`);
    }
    const condition = this.condition(rule).explain(batch, index, this.stream);
    const obstacle = this.obstacle(rule, batch, index);
    const { name, place } = rule.definition;
    const { holds } = condition;
    const about = { rule: name, place: filePlace(place), holds, fires: holds && !obstacle };
    return { ...about, ...(obstacle ? { obstacle } : {}), condition };
  }

  nearest(rule: CompiledRule, batch: EventBatch): NearEvent | undefined {
    return this.condition(rule).nearest(batch, this.stream);
  }

  private condition(rule: CompiledRule): ConditionExplainer {
    const known = this.conditions.get(rule);
    if (known) return known;
    const made = new ConditionExplainer(rule.expression, this.catalogue);
    this.conditions.set(rule, made);
    return made;
  }

  private obstacle(rule: CompiledRule, batch: EventBatch, index: number): Obstacle | undefined {
    const { enabled, priority } = rule.definition;
    const { priority: minimum, ruleMatching } = this.options;
    if (!enabled) return { kind: 'disabled' };
    if (!isAtLeast(priority, minimum)) return { kind: 'priority', priority, minimum };
    const by = ruleMatching === 'first' ? this.reporter(this.earlier(rule), batch, index) : undefined;
    return by && { kind: 'preempted', by: by.definition.name };
  }

  private earlier(rule: CompiledRule): readonly CompiledRule[] {
    return this.evaluated.slice(0, this.evaluated.indexOf(rule));
  }

  /** The first of the rules whose condition holds for the event. */
  private reporter(rules: readonly CompiledRule[], batch: EventBatch, index: number): CompiledRule | undefined {
    if (rules.length === 0) return undefined;
    const frame = new Frame(this.compiled.conditionColumns.load(batch, this.stream));
    const mask = new Uint8Array(batch.count);
    return rules.find(({ filter }) => {
      mask[index] = 1;
      return filter.narrow(mask, frame);
    });
  }
}
