import type { Judgement } from '../judge/judgement.js';
import type { PreparedCase } from '../judge/prepare-case.js';
import type { EngineDifference } from './engine-differences.js';

/** What two engines say otherwise of one of a case's streams. */
export interface StreamDifferences {
  /** What reports call the stream. */
  readonly name: string;
  readonly differences: readonly EngineDifference[];
}

/** A difference, and which stream of the case it is about. */
interface Sighted {
  readonly stream: number;
  readonly difference: EngineDifference;
}

/** How many differences a failure shows. */
const DIFFERENCES_SHOWN = 5;

/** What the engines differ about, a failure for each rule. What Falco says is what is expected. */
export function judgeEngines(prepared: PreparedCase, streams: readonly StreamDifferences[]): Judgement[] {
  const all = streams.flatMap(({ differences }, stream) => differences.map((difference) => ({ stream, difference })));
  const rules = new Set(all.map(({ difference }) => difference.rule));
  return [...rules].map((rule) => {
    const ofRule = all.filter(({ difference }) => difference.rule === rule);
    return judgeRule(rule, ofRule, prepared, streams);
  });
}

function judgeRule(
  rule: string,
  differences: readonly Sighted[],
  { testCase, rules }: PreparedCase,
  streams: readonly StreamDifferences[],
): Judgement {
  const [first] = differences;
  const rulePlace = rules.placeOf(rule);
  return {
    failure: {
      kind: 'engines',
      message: `the engines differ about "${rule}": ${countsText(differences)}`,
      place: testCase.place,
      rule,
      ...(rulePlace && { rulePlace }),
      expected: sideLines('falco', differences, streams),
      actual: sideLines('embedded', differences, streams),
    },
    ...(first && rulePlace && { question: { rule, event: first.difference.event, stream: first.stream } }),
  };
}

const kinds: Readonly<Record<EngineDifference['kind'], (count: number) => string>> = {
  falco: (count) => `${count} by Falco only`,
  embedded: (count) => `${count} by the embedded engine only`,
  content: (count) => `${count} with another content`,
  order: () => 'another order',
};

/** "2 by Falco only, 1 with another content". */
function countsText(differences: readonly Sighted[]): string {
  const parts = Object.entries(kinds).flatMap(([kind, text]) => {
    const count = differences.filter(({ difference }) => difference.kind === kind).length;
    return count > 0 ? [text(count)] : [];
  });
  return parts.join(', ');
}

/** What one engine says where they differ: `event 7: TEXT`, with the stream's name before it where a case has several. */
function sideLines(
  side: 'embedded' | 'falco',
  differences: readonly Sighted[],
  streams: readonly StreamDifferences[],
): string[] {
  const lines = differences.slice(0, DIFFERENCES_SHOWN).flatMap(({ stream, difference }) => {
    const where = streams.length > 1 ? `${streams[stream]?.name} ` : '';
    return difference[side].map((text) => `${where}event ${difference.event}: ${text}`);
  });
  const more = differences.length - DIFFERENCES_SHOWN;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}
