import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Check, Expression, MacroReference } from '../language/ast.js';
import type { ColumnSet } from './columns.js';
import { AndFilter, ColumnFilter, EventFilter, type Filter, NotFilter, OrFilter } from './filter.js';
import { CompileFailure, OperandCompiler } from './operand.js';
import { TermCompiler, type Warn } from './term.js';

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
   * @throws CompileFailure for fields, types or values that do not fit together
   */
  compile(expression: Expression, warn: Warn): Filter {
    const terms = new TermCompiler(this.catalogue, new OperandCompiler(this.catalogue, this.columns), warn);
    return this.expression(expression, terms);
  }

  private expression(expression: Expression, terms: TermCompiler): Filter {
    switch (expression.kind) {
      case 'and':
        return new AndFilter(expression.children.map((child) => this.expression(child, terms)));
      case 'or':
        return new OrFilter(expression.children.map((child) => this.expression(child, terms)));
      case 'not':
        return new NotFilter(this.expression(expression.child, terms));
      case 'macro':
        return expression.expression ? this.expression(expression.expression, terms) : unresolved(expression);
      case 'check':
        return this.check(expression, terms);
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
