import { ColumnSet, type ReadColumn } from '../../rules/compile/columns.js';
import { parseLiteral, type Scalar } from '../../rules/compile/literals.js';
import { type CompiledOperand, OperandCompiler } from '../../rules/compile/operand.js';
import { TermCompiler } from '../../rules/compile/term.js';
import { type FieldCatalogue, isProblem } from '../../rules/fields/catalogue.js';
import type { Check } from '../../rules/language/ast.js';
import { parseCondition } from '../../rules/language/parser.js';
import { LocatedText } from '../../rules/text/located-text.js';
import { SourceText } from '../../rules/text/source-text.js';

/** A check, ready to be tried on values. */
export interface Comparison {
  readonly check: Check;
  /** The check in one spelling: comparisons of equal keys are the same. */
  readonly key: string;
  readonly left: CompiledOperand;
  /** The columns that it reads, each once. */
  readonly columns: readonly number[];
  /** The constant values on its right; undefined where what stands there is nothing, a field, or networks. */
  readonly values: readonly Scalar[] | undefined;
  /** Whether it holds where the columns have these values; it does not when one that it needs is absent. */
  test(read: ReadColumn): boolean;
}

/** The comparisons of the rules of one source, each compiled once. */
export class Comparisons {
  private readonly known = new WeakMap<Check, Comparison>();
  private readonly operands: OperandCompiler;
  private readonly terms: TermCompiler;
  private readonly columns = new ColumnSet();

  constructor(private readonly catalogue: FieldCatalogue) {
    this.operands = new OperandCompiler(catalogue, this.columns);
    this.terms = new TermCompiler(catalogue, this.operands, () => {});
  }

  /** The comparison of a check, which is known to compile. */
  of(check: Check): Comparison {
    const known = this.known.get(check);
    if (known) return known;
    const left = this.operands.compile(check.left);
    const { key, columns, test } = this.terms.compile(check);
    const comparison = { check, key, left, columns, values: valuesOf(check, left), test };
    this.known.set(check, comparison);
    return comparison;
  }

  /** The comparison that a text of ours is; undefined when the source does not have its field. */
  parse(text: string): Comparison | undefined {
    const check = parseCondition(LocatedText.whole(new SourceText('docktape', text)));
    if (check.kind !== 'check' || check.left.kind !== 'field') throw new TypeError(`${text} compares no field`);
    return this.columnOf(check.left.name) === undefined ? undefined : this.of(check);
  }

  /** The column of a field; undefined when the source does not have it. */
  columnOf(name: string, arg?: string): number | undefined {
    const use = this.catalogue.resolve(name, arg);
    return isProblem(use) ? undefined : this.columns.add(use);
  }
}

function valuesOf({ right }: Check, { type }: CompiledOperand): readonly Scalar[] | undefined {
  if (right === undefined || type === 'ipnet') return undefined;
  if (right.kind !== 'literal' && right.kind !== 'literals') return undefined;
  const literals = right.kind === 'literal' ? [right] : right.items;
  return literals.map(({ value }) => parseLiteral(value, type) as Scalar);
}
