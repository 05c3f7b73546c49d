import type { EventOrigin } from '../rules/event-origin.js';
import { FieldCatalogue } from '../rules/fields/catalogue.js';
import { type Finding, findingOf } from '../rules/finding.js';
import type { CompiledRule } from '../rules/load/compile-rules.js';
import { ExpressionSizes } from '../rules/load/expression-size.js';
import type { RuleObservation } from '../rules/observe/observation.js';
import { type FilePlace, filePlace } from '../rules/text/file-place.js';
import type { Place } from '../rules/text/source-text.js';
import { isDocker, modelOf } from './docker/docker-model.js';
import { KnownEvents } from './docker/known-events.js';
import { Comparisons } from './logic/comparison.js';
import { Formulas } from './logic/formula.js';
import { Solver } from './logic/solver.js';

/** The codes of what lint finds. */
export type LintCode =
  | 'LINT_NEVER_FIRES'
  | 'LINT_DEAD_BRANCH'
  | 'LINT_UNKNOWN_VALUE'
  | 'LINT_SHADOWED'
  | 'LINT_OFTEN_ABSENT'
  | 'LINT_FORGEABLE'
  | 'LINT_FALCO_SLIP';

/** What lint is asked about. */
export interface LintInput {
  /** The rules that are evaluated, in order: `Engine.rules`. */
  readonly rules: readonly CompiledRule[];
  readonly origin: EventOrigin;
  readonly settings: { readonly ruleMatching: 'first' | 'all' };
  /** What the rules did over captures. */
  readonly observations?: readonly RuleObservation[];
}

/** How many comparisons a condition may have to be looked into, those of macros included: some hundred are many. */
const MOST_CHECKS = 1000;

/** What the checks of lint share. */
export class LintContext {
  readonly comparisons: Comparisons;
  readonly formulas: Formulas;
  readonly solver: Solver;
  /** Docker's events; undefined when the events are those of another plugin. */
  readonly knownEvents: KnownEvents | undefined;
  private readonly observed: ReadonlyMap<string, RuleObservation>;
  private readonly sizes = new ExpressionSizes();

  constructor(readonly input: LintInput) {
    this.comparisons = new Comparisons(new FieldCatalogue(input.origin.fields));
    this.formulas = new Formulas(this.comparisons);
    const model = modelOf(input.origin, this.comparisons);
    this.solver = new Solver(model);
    this.knownEvents = isDocker(input.origin) ? new KnownEvents(this.comparisons, model) : undefined;
    this.observed = new Map(input.observations?.map((seen) => [keyOf(seen.rule, seen.place), seen]));
  }

  /** Whether the rule's condition is small enough to be looked into. */
  isBounded({ expression }: CompiledRule): boolean {
    return this.sizes.of(expression).checks <= MOST_CHECKS;
  }

  /** What captures showed of a rule; one of the same name in another place is another rule. */
  observationOf({ definition: { name, place } }: CompiledRule): RuleObservation | undefined {
    return this.observed.get(keyOf(name, filePlace(place)));
  }

  finding(code: LintCode, { definition }: CompiledRule, place: Place, message: string): Finding {
    return findingOf({ code, message, place }, 'warning', definition.name);
  }
}

function keyOf(rule: string, { file, line, column }: FilePlace): string {
  return JSON.stringify([rule, file, line, column]);
}
