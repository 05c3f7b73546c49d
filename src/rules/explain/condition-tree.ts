import type { ColumnSet } from '../compile/columns.js';
import type { Filter } from '../compile/filter.js';
import { FilterCompiler } from '../compile/filter-compiler.js';
import { type CompiledOperand, OperandCompiler } from '../compile/operand.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import { type Check, comparedOperands, type Expression, type Operand } from '../language/ast.js';
import { operandText } from '../language/check-text.js';
import { fieldsOf } from '../output/format-parser.js';

/** A condition each part of which can be asked on its own, where a {@link Filter} is only asked as a whole. */
export type ConditionNode = ConditionTerm | ConditionGroup | ConditionNot | ConditionMacro;

export interface ConditionTerm {
  readonly kind: 'term';
  /** Its position among the terms, from 0. */
  readonly index: number;
  readonly check: Check;
  readonly filter: Filter;
  /** What it compares. */
  readonly operands: readonly TermOperand[];
}

export interface ConditionGroup {
  readonly kind: 'and' | 'or';
  readonly children: readonly ConditionNode[];
}

export interface ConditionNot {
  readonly kind: 'not';
  readonly child: ConditionNode;
}

export interface ConditionMacro {
  readonly kind: 'macro';
  readonly name: string;
  readonly child: ConditionNode;
}

/** A value that a term compares. */
export interface TermOperand {
  readonly text: string;
  readonly compiled: CompiledOperand;
  /** The fields that a transformer is made of. */
  readonly fields: readonly TermOperand[];
}

/** Tells what a term came to. */
export type Verdict = (term: ConditionTerm) => boolean;

export interface ConditionTree {
  readonly root: ConditionNode;
  readonly terms: readonly ConditionTerm[];
}

/**
 * Makes the tree of a condition that compiled before.
 *
 * @param columns gets the columns that the condition reads
 */
export function conditionTree(expression: Expression, catalogue: FieldCatalogue, columns: ColumnSet): ConditionTree {
  const filters = new FilterCompiler(catalogue, columns);
  const operands = new OperandCompiler(catalogue, columns);
  const terms: ConditionTerm[] = [];
  const operandOf = (operand: Operand): TermOperand => ({
    text: operandText(operand),
    compiled: operands.compile(operand),
    fields: operand.kind === 'field' ? [] : fieldsOf(operand).map(operandOf),
  });
  const termOf = (check: Check): ConditionTerm => {
    const compared = comparedOperands(check).map(operandOf);
    const term = {
      kind: 'term',
      index: terms.length,
      check,
      filter: filters.compile(check),
      operands: compared,
    } as const;
    terms.push(term);
    return term;
  };
  return { root: nodeOf(expression, termOf), terms };
}

/** Whether a part of a condition holds. */
export function holds(node: ConditionNode, verdict: Verdict): boolean {
  switch (node.kind) {
    case 'term':
      return verdict(node);
    case 'and':
      return node.children.every((child) => holds(child, verdict));
    case 'or':
      return node.children.some((child) => holds(child, verdict));
    case 'not':
      return !holds(node.child, verdict);
    case 'macro':
      return holds(node.child, verdict);
  }
}

function nodeOf(expression: Expression, termOf: (check: Check) => ConditionTerm): ConditionNode {
  switch (expression.kind) {
    case 'check':
      return termOf(expression);
    case 'and':
    case 'or':
      return { kind: expression.kind, children: expression.children.map((child) => nodeOf(child, termOf)) };
    case 'not':
      return { kind: 'not', child: nodeOf(expression.child, termOf) };
    case 'macro': {
      const { name, expression: condition } = expression;
      if (!condition) throw new TypeError(`the macro ${name} is not resolved`);
      return { kind: 'macro', name, child: nodeOf(condition, termOf) };
    }
  }
}
