import type { LocatedText } from '../text/located-text.js';
import type { Check, Expression, Literal, LiteralList, Operand } from './ast.js';
import { parseFieldOrTransformer, parseRightOperand } from './operand-parser.js';
import {
  LIST_OPERATORS,
  MODIFIERS,
  type Modifier,
  NUMBER_OPERATORS,
  OPERATOR_NAMES,
  STRING_OPERATORS,
} from './operators.js';
import { Scanner } from './scanner.js';

/**
 * Parses a condition, in which lists are already substituted. `not` binds tighter than `and`, that tighter than `or`.
 *
 * @throws SyntaxFailure at the place where the text stops making sense
 */
export function parseCondition(text: LocatedText): Expression {
  return new Parser(new Scanner(text)).condition();
}

class Parser {
  constructor(private readonly scanner: Scanner) {}

  condition(): Expression {
    const expression = this.or();
    if (!this.scanner.atEnd) {
      throw this.scanner.failure(`'and' or 'or' must follow here, not ${this.scanner.excerpt()}${this.hint()}`);
    }
    return expression;
  }

  private or(): Expression {
    return this.chain('or', () => this.and());
  }

  private and(): Expression {
    return this.chain('and', () => this.not());
  }

  /** Expressions with a keyword between them; the keyword wants a blank or a parenthesis behind it. */
  private chain(kind: 'and' | 'or', operand: () => Expression): Expression {
    const { scanner } = this;
    scanner.blanks();
    const children = [operand()];
    scanner.blanks();
    while (scanner.token(kind)) {
      if (scanner.blanks()) children.push(operand());
      else if (scanner.token('(')) children.push(this.parenthesised());
      else throw scanner.failure(`a blank or '(' must follow '${kind}'`);
      scanner.blanks();
    }
    return children.length === 1 ? (children[0] as Expression) : { kind, children };
  }

  private not(): Expression {
    const { scanner } = this;
    scanner.blanks();
    let negated = false;
    while (scanner.not()) negated = !negated;
    let child: Expression;
    if (scanner.token('not(')) {
      negated = !negated;
      child = this.parenthesised();
    } else child = this.checkOrMacro();
    return negated ? { kind: 'not', child } : child;
  }

  private parenthesised(): Expression {
    const expression = this.scanner.nested(() => this.or());
    if (!this.scanner.token(')')) {
      throw this.scanner.failure(`'and', 'or' or ')' must follow here, not ${this.scanner.excerpt()}${this.hint()}`);
    }
    return expression;
  }

  private checkOrMacro(): Expression {
    const { scanner } = this;
    scanner.blanks();
    if (scanner.token('(')) return this.parenthesised();
    const left = parseFieldOrTransformer(scanner);
    if (left) return this.check(left);
    const { place } = scanner;
    const name = scanner.identifier();
    if (name !== undefined) return { kind: 'macro', name, place };
    throw scanner.failure(`a field, a macro or '(' must stand here, not ${scanner.excerpt()}`);
  }

  private check(left: Operand): Check {
    const { scanner } = this;
    scanner.blanks();
    const operatorPlace = scanner.place;
    if (scanner.token('exists')) return { kind: 'check', left, operator: 'exists', operatorPlace };
    const number = scanner.oneOf(NUMBER_OPERATORS);
    if (number) return { kind: 'check', left, operator: number, right: this.numberOperand(), operatorPlace };
    const string = this.stringOperator();
    if (string) {
      const blank = /^[a-z]/.test(string) || scanner.blanks();
      return { kind: 'check', left, operator: STRING_OPERATORS[string], ...this.stringSide(blank), operatorPlace };
    }
    const list = scanner.oneOf(LIST_OPERATORS);
    if (list) return { kind: 'check', left, operator: list, right: this.listSide(), operatorPlace };
    throw scanner.failure(`an operator must stand here, not ${scanner.excerpt()}; known: ${OPERATOR_NAMES.join(' ')}`);
  }

  private stringOperator(): keyof typeof STRING_OPERATORS | undefined {
    const names = Object.keys(STRING_OPERATORS) as (keyof typeof STRING_OPERATORS)[];
    return names.find((name) => (/^[a-z]/.test(name) ? this.scanner.word(name) : this.scanner.token(name)));
  }

  private numberOperand(): Operand {
    const operand = parseRightOperand(this.scanner);
    if (operand) return operand;
    const { place } = this.scanner;
    const value = this.scanner.number();
    if (value === undefined) {
      throw this.scanner.failure(
        `a number, val(FIELD) or a transformer must stand here, not ${this.scanner.excerpt()}`,
      );
    }
    return { kind: 'literal', value, place };
  }

  /**
   * One value, or a modifier and a list. A modifier's name that no list follows is a value like any.
   *
   * @param blank whether a blank stood behind the operator, without which no modifier can come
   */
  private stringSide(blank: boolean): { modifier?: Modifier; right: Operand | LiteralList } {
    const { scanner } = this;
    const start = scanner.index;
    const modifier = blank ? MODIFIERS.find((name) => scanner.word(name)) : undefined;
    if (modifier && this.listFollows()) return { modifier, right: this.list() ?? this.identifierAsList() };
    scanner.rewind(start);
    const operand = parseRightOperand(scanner);
    if (operand) return { right: operand };
    const literal = this.literal();
    if (!literal) {
      throw scanner.failure(
        `a value, val(FIELD) or a transformer must stand here, not ${scanner.excerpt()}${this.hint()}`,
      );
    }
    return { right: literal };
  }

  private listFollows(): boolean {
    const rest = this.scanner.text.bytes.slice(this.scanner.index);
    return /^(\(|[a-zA-Z])/.test(rest) && !/^(and|or|not)(?![a-zA-Z0-9])/.test(rest);
  }

  private listSide(): Operand | LiteralList {
    this.scanner.blanks();
    return this.list() ?? parseRightOperand(this.scanner) ?? this.identifierAsList();
  }

  private list(): LiteralList | undefined {
    const { scanner } = this;
    const { place } = scanner;
    if (!scanner.token('(')) return undefined;
    const items: Literal[] = [];
    scanner.blanks();
    let item = this.firstLiteral();
    while (item) {
      items.push(item);
      scanner.blanks();
      if (!scanner.token(',')) break;
      scanner.blanks();
      item = this.literal();
      if (!item) throw scanner.failure(`a value must follow the comma, not ${scanner.excerpt()}`);
    }
    if (!scanner.token(')'))
      throw scanner.failure(`',' or ')' must follow here, not ${scanner.excerpt()}${this.hint()}`);
    return { kind: 'literals', items, place };
  }

  /**
   * The first value of a list. As in Falco, one that is alone and has an escape that is none makes the list empty: Falco
   * takes the error for a sign that there is no value, and goes on behind it.
   */
  private firstLiteral(): Literal | undefined {
    try {
      return this.literal();
    } catch (error) {
      if (this.scanner.text.bytes[this.scanner.index] === ')') return undefined;
      throw error;
    }
  }

  /** A name without parentheses is a list of that one value. */
  private identifierAsList(): LiteralList {
    const { place } = this.scanner;
    const value = this.scanner.identifier();
    if (value === undefined) {
      throw this.scanner.failure(
        `a list in parentheses, val(FIELD) or a transformer must stand here, not ${this.scanner.excerpt()}`,
      );
    }
    return { kind: 'literals', items: [{ kind: 'literal', value, place }], place };
  }

  private literal(): Literal | undefined {
    const { place } = this.scanner;
    const value = this.scanner.quotedString() ?? this.scanner.bareString();
    return value === undefined ? undefined : { kind: 'literal', value, place };
  }

  /** What most often went wrong at the next character. */
  private hint(): string {
    const { text, index } = this.scanner;
    const next = text.bytes[index];
    if (/^(and|or)\b/.test(text.bytes.slice(index))) return `: put a blank before the '(' that is closed here`;
    if (next === '"' || next === "'") return ': the quote is not closed';
    if (next === '(' || next === ',' || next === '=') return `: a value with '${next}' in it needs quotes`;
    return '';
  }
}
