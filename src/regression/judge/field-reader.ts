import { toText } from '../../rules/bytes.js';
import type { EventOrigin } from '../../rules/event-origin.js';
import { FieldCatalogue, isProblem } from '../../rules/fields/catalogue.js';
import { fieldText } from '../../rules/language/ast.js';
import { parseFieldOrTransformer } from '../../rules/language/operand-parser.js';
import { Scanner, SyntaxFailure } from '../../rules/language/scanner.js';
import { LocatedText } from '../../rules/text/located-text.js';
import { SourceText } from '../../rules/text/source-text.js';

/** A field as alerts call it, or why it cannot be one. */
export type FieldReading = { readonly name: string } | { readonly problem: string };

/** Reads the fields that expectations name. */
export class FieldReader {
  private readonly catalogue: FieldCatalogue;

  constructor(origin: EventOrigin) {
    this.catalogue = new FieldCatalogue(origin.fields);
  }

  /** Reads a field with its argument, which may stand in quotes as in rules. */
  read(text: string): FieldReading {
    const field = parse(text);
    if ('problem' in field) return field;
    const use = this.catalogue.resolve(field.name, field.arg);
    return isProblem(use) ? { problem: use.message } : { name: toText(fieldText(field)) };
  }
}

function parse(text: string): { readonly name: string; readonly arg?: string } | { readonly problem: string } {
  const problem = `${text} is no field: write a name such as docker.action, or docker.attributes[name]`;
  try {
    const scanner = new Scanner(LocatedText.whole(new SourceText('field', text)));
    const operand = parseFieldOrTransformer(scanner);
    return operand?.kind === 'field' && scanner.atEnd ? operand : { problem };
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error;
    return { problem: `${text} is no field: ${error.message}` };
  }
}
