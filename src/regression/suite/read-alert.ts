import { PRIORITIES, parsePriority } from '../../rules/priority.js';
import { filePlace } from '../../rules/text/file-place.js';
import type { ExpectedAlert } from '../suite.js';
import type { LocatedNode } from './located-node.js';
import { entriesOf, listed, member, number, optional, text } from './node-access.js';
import type { ReadContext } from './read-context.js';
import { readValueTest } from './read-value-test.js';

/** Reads an element of `expect`. */
export function readAlert(node: LocatedNode, context: ReadContext): ExpectedAlert {
  const output = member(node, 'output');
  const fields = member(node, 'fields');
  return {
    rule: text(member(node, 'rule')) ?? '',
    place: filePlace(node.place),
    count: readCount(member(node, 'count'), context),
    ...optional('priority', readPriority(member(node, 'priority'), context)),
    tags: listed(member(node, 'tags')).map((tag) => text(tag)),
    ...optional('output', output && readValueTest(output, context)),
    fields: (fields ? entriesOf(fields) : []).map(({ name, key, value }) => ({
      field: name,
      place: filePlace(key),
      test: readValueTest(value, context),
    })),
    ...optional('event', number(member(node, 'event'))),
  };
}

function readCount(node: LocatedNode | undefined, { problems }: ReadContext): ExpectedAlert['count'] {
  if (!node) return { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
  if (node.kind === 'scalar') return { atLeast: Number(node.value), atMost: Number(node.value) };
  const atLeast = number(member(node, 'at_least')) ?? 0;
  const atMost = number(member(node, 'at_most')) ?? Number.POSITIVE_INFINITY;
  if (atLeast > atMost)
    problems.report(`no count is at least ${atLeast} and at most ${atMost}: exchange them`, node.place);
  return { atLeast, atMost };
}

function readPriority(node: LocatedNode | undefined, { problems }: ReadContext): ExpectedAlert['priority'] {
  if (!node) return undefined;
  const priority = parsePriority(text(node));
  if (!priority) problems.report(`a priority is one of ${PRIORITIES.join(' ').toLowerCase()}`, node.place);
  return priority;
}
