import { eventTime } from '../../docker/event-time.js';
import { messageOf } from '../../errors.js';
import { type JsonData, jsonText } from '../../json.js';
import type { InlineEvent, InlineStream } from '../suite.js';
import type { LocatedMap, LocatedNode, LocatedScalar } from './located-node.js';
import { member } from './node-access.js';
import type { ReadContext } from './read-context.js';

const SECOND = 1_000_000_000n;
const INT64_MAX = 2n ** 63n - 1n;

/** The time of a first event that has none: 2000-01-01T00:00:00Z, in nanoseconds since the epoch. */
const FIRST_TIME = 946_684_800n * SECOND;

/** Reads `events`. An event without a time comes one second after {@link FIRST_TIME} for each event before it. */
export function readEvents(node: LocatedNode, context: ReadContext): InlineStream {
  if (node.kind !== 'list') throw new Error('the schema lets events be something else than a list');
  const events = node.items.map((item, index) => {
    const time = FIRST_TIME + BigInt(index) * SECOND;
    if (item.kind === 'scalar') return readLine(item, time, context);
    if (item.kind === 'map') return readMembers(item, time, context);
    throw new Error('the schema lets an event be a list');
  });
  return { kind: 'inline', events };
}

/** A line as the daemon sent it. The newline of a block scalar is the line's end. */
function readLine({ text, place }: LocatedScalar, time: bigint, { problems }: ReadContext): InlineEvent {
  const payload = text.replace(/\n$/, '');
  const problem = lineProblem(payload);
  if (problem !== undefined) problems.report(problem, place);
  return { ts: timeOf(payload) ?? time, payload };
}

/** Why a text is no event of a daemon; as in an import, it must be an object. */
function lineProblem(payload: string): string | undefined {
  if (payload.includes('\n')) return 'an event is one line of JSON: this has several';
  try {
    const value: unknown = JSON.parse(payload);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? undefined : 'an event is a JSON object: {"Type":…}';
  } catch (error) {
    return `an event is one line of JSON, which this is not: ${messageOf(error)}`;
  }
}

/** The members of an event. A time that it does not have is added, so that every field that is a time has the same one. */
function readMembers(node: LocatedMap, time: bigint, { problems }: ReadContext): InlineEvent {
  const timeNano = member(node, 'timeNano');
  if (timeNano && !isInt64(timeNano)) {
    const message = 'timeNano is in whole nanoseconds since 1970, with all digits, at most 9223372036854775807';
    problems.report(message, timeNano.place);
  }
  const isTimed = timeNano !== undefined || node.entries.has('time');
  const { docktape: context, ...members } = jsonData(node) as { readonly [name: string]: JsonData };
  const payload = jsonText({
    ...members,
    ...(!isTimed && { time: time / SECOND, timeNano: time }),
    // A context is the last member of an event, as it is where docktape puts it.
    ...(context !== undefined && { docktape: context }),
  });
  return { ts: timeOf(payload) ?? time, payload };
}

function isInt64(node: LocatedNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'bigint' && node.value <= INT64_MAX;
}

function jsonData(node: LocatedNode): JsonData {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(jsonData);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonData(value)]));
}

function timeOf(payload: string): bigint | undefined {
  const line = Buffer.from(payload);
  return eventTime(line, 0, line.length);
}
