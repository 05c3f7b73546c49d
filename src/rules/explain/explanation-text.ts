import type { Colors } from 'picocolors/types.js';
import { printable } from '../output/printable.js';
import type { ExplainedNode, ExplainedTerm, Explanation } from './explanation.js';
import { headline } from './headline.js';
import { shownTerm, shownValues } from './shown-text.js';

/** What a group is called: its parts follow, indented. */
const GROUPS = { and: 'all of:', or: 'any of:' } as const;

/**
 * An explanation for people: the reason in one sentence, where the rule is, and the condition as a tree in which each part says
 * whether it holds and each comparison what it compares. Control characters are escaped, and what is long is cut.
 *
 * @param event the event number, if the event has one
 */
export function explanationLines(explanation: Explanation, colours: Colors, event?: number): string[] {
  const { file, line } = explanation.place;
  return [
    colours.bold(headline(explanation, event)),
    colours.dim(printable(`${file}:${line}`)),
    ...nodeLines(explanation.condition, colours).map((text) => `  ${text}`),
  ];
}

function nodeLines(node: ExplainedNode, colours: Colors): string[] {
  const mark = node.holds ? colours.green('✓') : colours.red('✗');
  const line = (text: string) => `${mark} ${text}`;
  switch (node.kind) {
    case 'term':
      return [line(termText(node, colours))];
    case 'not':
      return [line('not:'), ...indented([node.child], colours)];
    case 'and':
    case 'or':
      return [line(GROUPS[node.kind]), ...indented(node.children, colours)];
    case 'macro': {
      // A macro and the group that is its condition hold together, and need one line.
      const { name, child } = node;
      if (child.kind !== 'and' && child.kind !== 'or') return [line(`${name}:`), ...indented([child], colours)];
      return [line(`${name}: ${GROUPS[child.kind]}`), ...indented(child.children, colours)];
    }
  }
}

function indented(nodes: readonly ExplainedNode[], colours: Colors): string[] {
  return nodes.flatMap((node) => nodeLines(node, colours)).map((text) => `  ${text}`);
}

function termText(term: ExplainedTerm, colours: Colors): string {
  const text = `${shownTerm(term)}  ${colours.dim(`[${shownValues(term)}]`)}`;
  return term.decisive ? `${text}  ${colours.yellow('<- this makes it false')}` : text;
}
