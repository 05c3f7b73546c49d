import { fail } from '../diagnostic.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import { checksOf, comparedOperands, type Expression, type FieldOperand } from '../language/ast.js';
import { fieldsOf } from '../output/format-parser.js';
import type { LocatedText } from '../text/located-text.js';
import type { Place } from '../text/source-text.js';
import type { RuleDefinition } from './definitions.js';

/**
 * Looks at a rule for Falco's own source, system calls, whose events never come here and whose fields are not known here.
 * What such a rule often is, though, is a rule of this source that lacks `source`.
 *
 * @returns why the rule is left out
 * @throws LoadFailure when the rule uses a field of this source, which Falco refuses
 */
export function foreignRuleProblem(
  definition: RuleDefinition,
  condition: () => Expression,
  source: string,
  catalogue: FieldCatalogue,
): { message: string; place: Place } {
  const hint = `the rule has the source ${definition.source}, whose events have no such field: add 'source: ${source}'`;
  const inOutput = outputFields(definition.output).find(({ name }) => catalogue.hasPluginField(name));
  if (inOutput) fail('LOAD_ERR_COMPILE_OUTPUT', `unknown field ${inOutput.name}: ${hint}`, inOutput.place);
  const inCondition = conditionFields(condition()).find(({ name }) => catalogue.hasPluginField(name));
  if (inCondition) fail('LOAD_ERR_COMPILE_CONDITION', `unknown field ${inCondition.name}: ${hint}`, inCondition.place);
  return {
    message: `the rule '${definition.name}' is for the source ${definition.source}, which is not evaluated here: it is left out`,
    place: definition.place,
  };
}

function outputFields(output: LocatedText): { name: string; place: Place }[] {
  const names = output.bytes.matchAll(/%\d*([a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+)/g);
  return [...names].map((match) => ({ name: match[1] as string, place: output.place(match.index) }));
}

function conditionFields(condition: Expression): FieldOperand[] {
  return checksOf(condition).flatMap(comparedOperands).flatMap(fieldsOf);
}
