import { type ConditionNode, type ConditionTerm, holds, type Verdict } from './condition-tree.js';
import { nearnessTo, needsAll } from './nearness.js';

/**
 * The term to blame for what a condition came to, read from left to right. Where all parts are needed it is in the first that
 * is not as it should be; where one would be enough, in the one that came nearest.
 *
 * @param wanted what the condition should come to, which it does not
 */
export function decisiveTerm(node: ConditionNode, verdict: Verdict, wanted = true): ConditionTerm {
  switch (node.kind) {
    case 'term':
      return node;
    case 'not':
      return decisiveTerm(node.child, verdict, !wanted);
    case 'macro':
      return decisiveTerm(node.child, verdict, wanted);
    case 'and':
    case 'or': {
      const { children } = node;
      const blamed = needsAll(node, wanted)
        ? children.find((child) => holds(child, verdict) !== wanted)
        : nearestOf(children, verdict, wanted);
      return decisiveTerm(blamed as ConditionNode, verdict, wanted);
    }
  }
}

/** The first of those that came nearest. */
function nearestOf(nodes: readonly ConditionNode[], verdict: Verdict, wanted: boolean): ConditionNode | undefined {
  const scores = nodes.map((node) => nearnessTo(node, wanted)(verdict));
  return nodes[scores.indexOf(Math.max(...scores))];
}
