import type { Finding } from '../rules/finding.js';
import type { CompiledRule } from '../rules/load/compile-rules.js';
import { falcoSlips } from './checks/falco-slip.js';
import { forgeableRules } from './checks/forgeable.js';
import { neverFires } from './checks/never-fires.js';
import { oftenAbsent } from './checks/often-absent.js';
import { shadowedRules } from './checks/shadowed.js';
import { unknownValues } from './checks/unknown-value.js';
import { LintContext, type LintInput } from './lint-context.js';

/** What is looked for in each rule on its own. */
const RULE_CHECKS: readonly ((rule: CompiledRule, context: LintContext) => Finding[])[] = [
  neverFires,
  unknownValues,
  oftenAbsent,
  forgeableRules,
  falcoSlips,
];

/**
 * What is likely wrong with rules that load, in the order of the rules. What stands in a macro or list that several rules use is
 * told once.
 */
export function lintRules(input: LintInput): Finding[] {
  const context = new LintContext(input);
  const findings = [
    ...input.rules
      .filter((rule) => context.isBounded(rule))
      .flatMap((rule) => RULE_CHECKS.flatMap((check) => check(rule, context))),
    ...shadowedRules(context),
  ];
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}
