import type { ConditionNode, Verdict } from './condition-tree.js';

/** How near an event comes to a condition, by what its terms came to: 1 when it holds, otherwise less, 0 at the least. */
export type Nearness = (verdict: Verdict) => number;

/**
 * The measure for a condition. An `or` is as near as the nearest of its parts. An `and` is as near as its parts are on
 * average, in which a part weighs one more than the one after it: conditions say first what kind of event is meant and then what
 * is peculiar about it, and an event of that kind is what the author of a rule looks for. `not` turns `and` into `or` and the
 * other way round; and an `and` in an `and` counts with each of its parts, so that an exception, which is false for nearly every
 * event, does not weigh as much as the rest of the condition.
 *
 * @param wanted what the condition should come to
 */
export function nearnessTo(node: ConditionNode, wanted = true): Nearness {
  switch (node.kind) {
    case 'term':
      return (verdict) => (verdict(node) === wanted ? 1 : 0);
    case 'not':
      return nearnessTo(node.child, !wanted);
    case 'macro':
      return nearnessTo(node.child, wanted);
    case 'and':
    case 'or':
      return needsAll(node, wanted)
        ? average(partsOf(node, wanted))
        : best(node.children.map((child) => nearnessTo(child, wanted)));
  }
}

/** Whether every child must come to `wanted` for the node to do so, or one is enough. */
export function needsAll(node: ConditionNode, wanted: boolean): boolean {
  return node.kind === (wanted ? 'and' : 'or');
}

/** The parts all of which are needed, through `not`, macros and groups within. */
function partsOf(node: ConditionNode, wanted: boolean): Nearness[] {
  if (node.kind === 'not') return partsOf(node.child, !wanted);
  if (node.kind === 'macro') return partsOf(node.child, wanted);
  if (node.kind !== 'term' && needsAll(node, wanted)) return node.children.flatMap((child) => partsOf(child, wanted));
  return [nearnessTo(node, wanted)];
}

function average(parts: readonly Nearness[]): Nearness {
  const total = (parts.length * (parts.length + 1)) / 2;
  return (verdict) => parts.reduce((sum, part, i) => sum + (parts.length - i) * part(verdict), 0) / total;
}

function best(parts: readonly Nearness[]): Nearness {
  return (verdict) => parts.reduce((most, part) => (most === 1 ? most : Math.max(most, part(verdict))), 0);
}
