import type { CompiledRule } from '../../rules/load/compile-rules.js';
import { didYouMean } from '../../rules/nearest-name.js';
import { isAtLeast, type Priority } from '../../rules/priority.js';
import { type FilePlace, filePlace } from '../../rules/text/file-place.js';

interface KnownRule {
  readonly place: FilePlace;
  /** Why it is never evaluated, if it is not. */
  readonly problem?: string;
}

/** The rules that a suite can speak of, by name. */
export class RuleBook {
  private readonly rules: ReadonlyMap<string, KnownRule>;

  /** @param minimum the priority below which rules are not evaluated */
  constructor(rules: readonly Pick<CompiledRule, 'definition'>[], minimum: Priority) {
    this.rules = new Map(rules.map(({ definition }) => [definition.name, knownRule(definition, minimum)]));
  }

  placeOf(name: string): FilePlace | undefined {
    return this.rules.get(name)?.place;
  }

  /** Why no event can make this rule fire; undefined for one that is evaluated. */
  problemOf(name: string): string | undefined {
    const rule = this.rules.get(name);
    return rule ? rule.problem : `no rule is named "${name}"${didYouMean(name, this.rules.keys())}`;
  }
}

function knownRule({ name, place, enabled, priority }: CompiledRule['definition'], minimum: Priority): KnownRule {
  const known = { place: filePlace(place) };
  if (!enabled) return { ...known, problem: `the rule "${name}" is disabled: it has \`enabled: false\`` };
  if (isAtLeast(priority, minimum)) return known;
  const problem = `the rule "${name}" has the priority ${priority}, and the suite's settings leave out what is below ${minimum}`;
  return { ...known, problem };
}
