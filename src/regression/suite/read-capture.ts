import { DocktapeError } from '../../errors.js';
import { parseDuration, parseTime } from '../../source/time.js';
import { isoTime } from '../../time.js';
import type { CaptureStream } from '../suite.js';
import type { LocatedNode } from './located-node.js';
import { member, optional, scalar, text } from './node-access.js';
import type { ReadContext } from './read-context.js';

/** Reads a capture: its path, or a mapping that selects some of its events. */
export function readCapture(node: LocatedNode, context: ReadContext): CaptureStream {
  const path = context.pathOf(text(member(node, 'path') ?? node));
  const since = readTime(member(node, 'since'), context);
  const until = member(node, 'until');
  const untilTime = readTime(until, context);
  if (until && since !== undefined && untilTime !== undefined && since > untilTime) {
    context.problems.report(`until is earlier than since (${isoTime(since, 'Z')}): exchange them`, until.place);
  }
  const session = readSession(member(node, 'session'));
  const selection = { ...optional('since', since), ...optional('until', untilTime), ...optional('session', session) };
  return { kind: 'capture', path, selection };
}

function readSession(node: LocatedNode | undefined): number | 'last' | undefined {
  if (!node) return undefined;
  const { value } = scalar(node);
  return value === 'last' ? value : Number(value);
}

/** A time that is the same whenever the test is run. */
function readTime(node: LocatedNode | undefined, { problems }: ReadContext): bigint | undefined {
  if (!node) return undefined;
  const written = text(node);
  const forms = 'write RFC 3339 (2024-05-01T12:00:00.5Z) or Unix seconds (1714564800.5)';
  if (parseDuration(written) !== undefined) {
    problems.report(`'${written}' is an age, which is another time in every run of the test: ${forms}`, node.place);
    return undefined;
  }
  try {
    return parseTime(written, 0n);
  } catch (error) {
    if (!(error instanceof DocktapeError)) throw error;
    problems.report(`'${written}' is no time between the years 1970 and 2262: ${forms}`, node.place);
    return undefined;
  }
}
