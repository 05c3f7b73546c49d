import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Check, Expression, MacroReference } from '../language/ast.js';
import type { ColumnSet } from './columns.js';
import { AndFilter, ColumnFilter, EventFilter, type Filter, NotFilter, OrFilter } from './filter.js';
import { CompileFailure, OperandCompiler } from './operand.js';
import { TermCompiler, type Warn } from './term.js';

/** Makes the filter of a check at one of the places where it occurs. */
export type Occurrence = (check: Check, shared: Filter) => Filter;

/** Compiles conditions of one source. Checks that are alike, also in different conditions, become one filter. */
export class FilterCompiler {
  private readonly filters = new Map<string, Filter>();

  constructor(
    private readonly catalogue: FieldCatalogue,
    private readonly columns: ColumnSet,
  ) {}

  /**
   * Compiles a condition in which macros are already resolved.
   *
   * @param occurrence what stands where a check does, given the check and the filter that equal checks share
   * @throws CompileFailure for fields, types or values that do not fit together
   */
  compile(expression: Expression, warn: Warn = () => {}, occurrence: Occurrence = (_, filter) => filter): Filter {
    const terms = new TermCompiler(this.catalogue, new OperandCompiler(this.catalogue, this.columns), warn);
    return this.expression(expression, (check) => occurrence(check, this.check(check, terms)));
  }

  private expression(expression: Expression, compileCheck: (check: Check) => Filter): Filter {
    const compile = (part: Expression) => this.expression(part, compileCheck);
    switch (expression.kind) {
      case 'and':
        return new AndFilter(expression.children.map(compile));
      case 'or':
        return new OrFilter(expression.children.map(compile));
      case 'not':
        return new NotFilter(compile(expression.child));
      case 'macro':
        return expression.expression ? compile(expression.expression) : unresolved(expression);
      case 'check':
        return compileCheck(expression);
    }
  }

  private check(check: Check, terms: TermCompiler): Filter {
    const term = terms.compile(check);
    const known = this.filters.get(term.key);
    if (known) return known;
    const [column, ...others] = term.columns;
    const filter = column !== undefined && others.length === 0 ? new ColumnFilter(term, column) : new EventFilter(term);
    this.filters.set(term.key, filter);
    return filter;
  }
}

function unresolved({ name, place }: MacroReference): never {
  throw new CompileFailure(`'${name}' is neither a field nor a macro that is known here`, place);
}
