import { printable } from '../output/printable.js';
import type { ExplainedNode, ExplainedTerm, Explanation, Obstacle } from './explanation.js';
import { shownTerm, shownValues } from './shown-text.js';

/**
 * Why the rule fires or does not, in one sentence for who has not seen the rule.
 *
 * @param event the event number, if the event has one
 */
export function headline(explanation: Explanation, event?: number): string {
  const { rule, fires, holds, obstacle, condition } = explanation;
  const rest = event === undefined ? 'the event' : `event ${event}`;
  const subject = `"${printable(rule)}" ${fires ? 'fires' : 'does not fire'} on ${rest}`;
  if (fires) return `${subject}: its condition holds`;
  const because = obstacle && obstacleText(obstacle);
  if (holds) return `${subject}, although its condition holds: ${because}`;
  return `${subject}: ${failureText(condition)}${because ? `; besides, ${because}` : ''}`;
}

function obstacleText(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'disabled':
      return 'the rule is disabled';
    case 'priority':
      return `the rule's priority ${obstacle.priority} is below the minimum, ${obstacle.minimum}`;
    case 'preempted':
      return `"${printable(obstacle.by)}" stands before it and reports the event (rule_matching: first)`;
  }
}

/** What the decisive term of a condition that does not hold came to. */
function failureText(condition: ExplainedNode): string {
  const found = findDecisive(condition, true);
  if (!found) return 'its condition does not hold';
  const { term, isAlternative } = found;
  const text = `${shownTerm(term)} is ${term.holds}, as ${shownValues(term)}`;
  if (term.holds)
    return `${text}, and the condition excludes that${isAlternative ? ' with what stands beside it' : ''}`;
  return isAlternative ? `${text}, and none of the alternatives to that holds` : text;
}

interface Decisive {
  readonly term: ExplainedTerm;
  /** Whether another part could have held in its place. */
  readonly isAlternative: boolean;
}

function findDecisive(node: ExplainedNode, wanted: boolean): Decisive | undefined {
  switch (node.kind) {
    case 'term':
      return node.decisive ? { term: node, isAlternative: false } : undefined;
    case 'not':
      return findDecisive(node.child, !wanted);
    case 'macro':
      return findDecisive(node.child, wanted);
    case 'and':
    case 'or':
      for (const child of node.children) {
        const found = findDecisive(child, wanted);
        const isOneEnough = node.kind === (wanted ? 'or' : 'and');
        if (found) return { ...found, isAlternative: found.isAlternative || isOneEnough };
      }
      return undefined;
  }
}
