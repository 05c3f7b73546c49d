import { fail } from '../diagnostic.js';
import type { Expression } from '../language/ast.js';
import type { Collected } from './collection.js';
import type { Definition, MacroDefinition } from './definitions.js';

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
        return { ...expression, expression: this.resolve(macro.expression, visibility, [...path, name]) };
      }
    }
  }
}
