import { toText } from '../bytes.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Literal } from '../language/ast.js';
import { type Operator, TRANSFORMERS } from '../language/operators.js';

/** What Falco warns about in a literal of a comparison: what is likely meant otherwise. */
export function literalWarnings(operator: Operator, { value }: Literal, catalogue: FieldCatalogue): string[] {
  const warnings: string[] = [];
  const shown = toText(value);
  if (operator === 'regex' && isSimplePattern(value)) {
    warnings.push(`the regex '${shown}' may be written with =, contains, startswith or endswith, which are faster`);
  }
  const text = value.replace(/[ \t\n\v\f\r]+/g, '');
  const [, name = '', arg] = /^([^[]*)(?:\[([^\]]*)\])?$/.exec(text) ?? [];
  if (catalogue.has(name, arg)) {
    warnings.push(
      `'${shown}' is compared as text, but is the name of a field: val(${toText(text)}) is the field's value`,
    );
  }
  if (['val', ...TRANSFORMERS].some((known) => text.startsWith(`${known}(`) && text.endsWith(')'))) {
    warnings.push(`'${shown}' is compared as text, but reads like a transformer: without quotes it would be one`);
  }
  return warnings;
}

/** Whether nothing in the pattern needs a regular expression: only anchors and any-text at its ends. */
function isSimplePattern(pattern: string): boolean {
  const middle = pattern.replace(/^(?:\^|\.[+*?])/, '').replace(/(?:\$|\.[+*?])$/, '');
  return !/[.+*?^$()[\]{}|\\]/.test(middle);
}
