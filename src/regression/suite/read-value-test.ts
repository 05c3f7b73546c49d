import { messageOf } from '../../errors.js';
import { compileRegex } from '../../match/index.js';
import { toBytes } from '../../rules/bytes.js';
import type { PlainValue } from '../../rules/output/plain-value.js';
import type { ValueTest } from '../suite.js';
import type { LocatedNode } from './located-node.js';
import { member, scalar, text } from './node-access.js';
import type { ReadContext } from './read-context.js';

/** Reads what `output` or a field must be: a value, or a mapping that says how it is tested. */
export function readValueTest(node: LocatedNode, { problems }: ReadContext): ValueTest {
  if (node.kind !== 'map') return { kind: 'equals', value: readValue(node) };
  const [equals, contains, regex] = ['equals', 'contains', 'regex'].map((key) => member(node, key));
  if (equals) return { kind: 'equals', value: readValue(equals) };
  if (contains) return { kind: 'contains', text: text(contains) };
  if (!regex) return { kind: 'absent' };
  const pattern = text(regex);
  try {
    compileRegex(toBytes(pattern));
  } catch (error) {
    problems.report(`not a regular expression in RE2's POSIX syntax: ${messageOf(error)}`, regex.place);
  }
  return { kind: 'regex', pattern };
}

function readValue(node: LocatedNode): Exclude<PlainValue, null> {
  if (node.kind === 'list') return node.items.map(readValue);
  const { value, text: written } = scalar(node);
  if (typeof value === 'boolean') return value;
  // Values are compared by their text, and YAML makes numbers of much that is none: of the image tag 1.10, of the ID 12e4567.
  return typeof value === 'bigint' && String(value) === written ? value : written;
}
