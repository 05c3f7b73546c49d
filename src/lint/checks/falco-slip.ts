import { toText } from '../../rules/bytes.js';
import { isTerminated } from '../../rules/compile/text-endings.js';
import type { Finding } from '../../rules/finding.js';
import { type Check, checksOf, type Literal } from '../../rules/language/ast.js';
import type { CompiledRule } from '../../rules/load/compile-rules.js';
import { quotedCheck } from '../constraint-text.js';
import type { LintContext } from '../lint-context.js';
import { entangledGlobs } from '../logic/path-globs.js';

/** Comparisons that Falco does not evaluate as they read: docs/rules-language.md says what it does instead. */
export function falcoSlips(rule: CompiledRule, context: LintContext): Finding[] {
  return checksOf(rule.expression).flatMap((check) => {
    const slip = globSlip(check) ?? membershipSlip(check, context);
    return slip ? [context.finding('LINT_FALCO_SLIP', rule, slip.at.place, slip.message)] : [];
  });
}

interface Slip {
  readonly message: string;
  readonly at: Pick<Literal, 'place'>;
}

/** Globs for the same part of a path: Falco tries the second on the part after it once the first has matched. */
function globSlip({ operator, right }: Check): Slip | undefined {
  if (operator !== 'pmatch' || right?.kind !== 'literals') return undefined;
  const found = entangledGlobs(right.items.map(({ value }) => value));
  const at = found && right.items[found.second];
  if (!at) return undefined;
  const [first, second] = [found.first, found.second].map((index) => toText(right.items[index]?.value ?? ''));
  return {
    at,
    message: `'${first}' and '${second}' have globs for the same part of a path: where one of them matches it, Falco compares the other with the part that follows, or crashes; write two comparisons with \`or\``,
  };
}

/** Texts that end with a NUL, as Falco's transformers leave them, among texts that do not: lists compare their length, too. */
function membershipSlip(check: Check, { comparisons }: LintContext): Slip | undefined {
  const { left, operator, right } = check;
  if ((operator !== 'in' && operator !== 'intersects') || right === undefined) return undefined;
  const { isList } = comparisons.of(check).left;
  const isField = right.kind !== 'literal' && right.kind !== 'literals';
  const isOtherwise = isField && isTerminated(right);
  if (isList ? isTerminated(left) === isOtherwise : !isOtherwise) return undefined;
  const fix = isList ? 'compare the list as it is' : 'write = for a single value';
  return {
    at: left,
    message: `${quotedCheck(check)} never holds: what a transformer gives ends with a NUL in Falco, and \`${operator}\` notices it; ${fix}`,
  };
}
