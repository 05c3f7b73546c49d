import { fail } from '../diagnostic.js';
import type { Expression } from '../language/ast.js';
import type { Collected } from './collection.js';
import type { Definition, MacroDefinition } from './definitions.js';
import { ExpressionSizes } from './expression-size.js';

/** Bounds on macros that use macros, so that neither the stack nor the memory runs out: far beyond what anyone writes. */
const MAX_LEVELS = 500;
const MAX_CHECKS = 1_000_000;

/** A macro's condition as it was parsed; references in it are resolved where it is used. */
interface ParsedMacro extends Definition {
  readonly index: number;
  readonly visibility: number;
  expression: Expression;
  used: boolean;
}

/** Puts macros into conditions, as trees. */
export class MacroResolver {
  private readonly macros: ReadonlyMap<string, ParsedMacro>;
  private readonly sizes = new ExpressionSizes();

  /**
   * @param parse parses a macro's condition
   * @throws LoadFailure for a reference to a macro that is unknown or not yet defined there, and for a loop
   */
  constructor(definitions: Iterable<Collected<MacroDefinition>>, parse: (definition: MacroDefinition) => Expression) {
    const macros = [...definitions].map(({ definition, index, visibility }): ParsedMacro => {
      const { name, place } = definition;
      return { name, place, index, visibility, expression: parse(definition), used: false };
    });
    this.macros = new Map(macros.map((macro) => [macro.name, macro]));
    for (const macro of macros) macro.expression = this.resolve(macro.expression, macro.visibility);
  }

  /** The macros that no condition resolved so far refers to. */
  get unused(): readonly Definition[] {
    return [...this.macros.values()].filter((macro) => !macro.used);
  }

  /**
   * The condition with its macros' conditions behind their names.
   *
   * @param visibility macros defined from there on are not known; a rule knows all
   */
  resolve(expression: Expression, visibility = Number.POSITIVE_INFINITY, path: readonly string[] = []): Expression {
    switch (expression.kind) {
      case 'check':
        return expression;
      case 'not':
        return { ...expression, child: this.resolve(expression.child, visibility, path) };
      case 'and':
      case 'or':
        return { ...expression, children: expression.children.map((child) => this.resolve(child, visibility, path)) };
      case 'macro': {
        if (expression.expression) return expression;
        const { name, place } = expression;
        const macro = this.macros.get(name);
        if (!macro || macro.index >= visibility) {
          const late = macro ? ': it is defined further down' : '';
          fail('LOAD_ERR_VALIDATE', `unknown macro '${name}'${late}`, place);
        }
        if (path.includes(name)) fail('LOAD_ERR_VALIDATE', `the macro '${name}' refers to itself`, place);
        macro.used = true;
        if (path.length === MAX_LEVELS) fail('LOAD_ERR_VALIDATE', tooDeep(name), place);
        const resolved = { ...expression, expression: this.resolve(macro.expression, visibility, [...path, name]) };
        const { levels, checks } = this.sizes.of(resolved);
        if (levels > MAX_LEVELS) fail('LOAD_ERR_VALIDATE', tooDeep(name), place);
        if (checks > MAX_CHECKS) {
          fail(
            'LOAD_ERR_VALIDATE',
            `the macro '${name}' has more than ${MAX_CHECKS} checks with those that it uses`,
            place,
          );
        }
        return resolved;
      }
    }
  }
}

function tooDeep(name: string): string {
  return `the macro '${name}' nests deeper than ${MAX_LEVELS} levels with those that it uses`;
}
