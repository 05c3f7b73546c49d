import { ColumnSet, type LoadedColumns } from '../compile/columns.js';
import { Frame } from '../compile/filter.js';
import type { EventBatch } from '../event-batch.js';
import type { FieldCatalogue } from '../fields/catalogue.js';
import type { Expression } from '../language/ast.js';
import { checkText } from '../language/check-text.js';
import { plainValue } from '../output/plain-value.js';
import type { StreamContext } from '../stream-context.js';
import { filePlace } from '../text/file-place.js';
import {
  type ConditionNode,
  type ConditionTerm,
  type ConditionTree,
  conditionTree,
  holds,
  type TermOperand,
  type Verdict,
} from './condition-tree.js';
import { decisiveTerm } from './decisive-term.js';
import type { ExplainedNode, ExplainedTerm } from './explanation.js';
import { type Nearness, nearnessTo } from './nearness.js';

/** An event of a batch, and how near it comes to a condition: 1 when that holds. */
export interface NearEvent {
  readonly index: number;
  readonly score: number;
}

/** Says of a condition what each of its parts comes to. It has filters and columns of its own and disturbs no evaluation. */
export class ConditionExplainer {
  private readonly columns = new ColumnSet();
  private readonly tree: ConditionTree;
  private readonly nearness: Nearness;

  constructor(expression: Expression, catalogue: FieldCatalogue) {
    this.tree = conditionTree(expression, catalogue, this.columns);
    this.nearness = nearnessTo(this.tree.root);
  }

  explain(batch: EventBatch, index: number, stream: StreamContext): ExplainedNode {
    const columns = this.columns.load(batch, stream);
    const asked = new Uint8Array(batch.count);
    asked[index] = 1;
    const masks = this.ask(asked, columns);
    const verdict: Verdict = (term) => masks[term.index]?.[index] === 1;
    const { root } = this.tree;
    const decisive = holds(root, verdict) ? undefined : decisiveTerm(root, verdict);
    return explainNode(root, (term) => explainTerm(term, verdict(term), term === decisive, { columns, index }));
  }

  /** The event that comes nearest; the first of several, and undefined when the batch is empty. */
  nearest(batch: EventBatch, stream: StreamContext): NearEvent | undefined {
    const masks = this.ask(new Uint8Array(batch.count).fill(1), this.columns.load(batch, stream));
    let nearest: NearEvent | undefined;
    for (let index = 0; index < batch.count && nearest?.score !== 1; index++) {
      const score = this.nearness((term) => masks[term.index]?.[index] === 1);
      if (!nearest || score > nearest.score) nearest = { index, score };
    }
    return nearest;
  }

  /** For each term a mask of the events, among those asked about, for which it holds on its own. */
  private ask(asked: Uint8Array, columns: LoadedColumns): Uint8Array[] {
    const frame = new Frame(columns);
    return this.tree.terms.map(({ filter }) => {
      const mask = asked.slice();
      filter.narrow(mask, frame);
      return mask;
    });
  }
}

function explainNode(node: ConditionNode, explain: (term: ConditionTerm) => ExplainedTerm): ExplainedNode {
  switch (node.kind) {
    case 'term':
      return explain(node);
    case 'not': {
      const child = explainNode(node.child, explain);
      return { kind: 'not', holds: !child.holds, child };
    }
    case 'macro': {
      const child = explainNode(node.child, explain);
      return { kind: 'macro', name: node.name, holds: child.holds, child };
    }
    case 'and':
    case 'or': {
      const children = node.children.map((child) => explainNode(child, explain));
      const isTrue = ({ holds }: ExplainedNode) => holds;
      return { kind: node.kind, holds: node.kind === 'and' ? children.every(isTrue) : children.some(isTrue), children };
    }
  }
}

/** The event whose values are shown. */
interface Row {
  readonly columns: LoadedColumns;
  readonly index: number;
}

function explainTerm(term: ConditionTerm, holds: boolean, decisive: boolean, row: Row): ExplainedTerm {
  const { check, operands } = term;
  const values = operands.flatMap((operand) => valuesOf(operand, row));
  return { kind: 'term', text: checkText(check), place: filePlace(check.left.place), holds, decisive, values };
}

/** What an operand is; where a transformer gave nothing, the fields in it as well, which say why. */
function valuesOf({ text, compiled, fields }: TermOperand, row: Row): ExplainedTerm['values'] {
  const value = plainValue(compiled.value((column) => row.columns.value(column, row.index)));
  return [{ operand: text, value }, ...(value === null ? fields.flatMap((field) => valuesOf(field, row)) : [])];
}
