import { expect, test } from 'vitest';
import { linesOf as ownLines } from '#docktape/docker/own-events.js';
import { Random } from '../../real/support/random.js';
import { batch, compile, linesOf } from './support.js';

/** Characters as an attacker may mix them; the secrets are of capitals and digits. */
const characters = [...'abc xyz.:=,{}[]"\\/<>&\n\t\0é秘😀\u2028', '[redacted]', ': '];
const secrets = ['HUNTER2', 'T0K€N', 'A', '秘7'];
const patterns: readonly (readonly [re2: string, js: RegExp])[] = [
  ['HUNTER[0-9]', /HUNTER[0-9]/gu],
  ['T0.N|HUN', /T0.N|HUN/gu],
  ['(?i)t0k.n', /t0k.n/giu],
  ['[A-Z]+[0-9]*', /[A-Z]+[0-9]*/gu],
  ['秘\\d', /秘\d/gu],
  ['^A', /^A/gu],
  ['A$', /A$/gu],
];
const keys = ['a', 'name', 'image', 'com.acme.key', 'com.acme.other', 'Action', 'k"<é'];
const labels = ['a', 'image', 'com.acme.*', 'k"<é', 'none'];
const actions = ['start', 'exec_start: ', 'exec_create: ', 'exec_die', 'health_status: '];

/** A piece of a line: what it is, and what it has to be once it is redacted. */
interface Piece {
  readonly before: string;
  readonly after: string;
}

interface Rules {
  readonly patterns: typeof patterns;
  readonly labels: readonly string[];
  readonly execCommands: boolean;
}

test('a redacted line is the line byte for byte, but for what had to be redacted, in 1,000 random events', () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round += 1) {
    const rules: Rules = {
      patterns: patterns.filter(() => random.chance(0.25)),
      labels: labels.filter(() => random.chance(0.25)),
      execCommands: random.chance(0.5),
    };
    const events = Array.from({ length: 20 }, () => randomEvent(random, rules));
    const redaction = compile({ ...rules, patterns: rules.patterns.map(([re2]) => re2) });
    const redacted = redaction.apply(batch(...events.map(({ before }) => before)));
    const lines = linesOf(redacted);
    expect(lines).toEqual(events.map(({ after }) => after));
    for (const line of lines) JSON.parse(line);
    expect(redaction.apply(redacted)).toBe(redacted);
    expect(redaction.counts.unreadable).toBe(0);
    expect(redaction.counts.events).toBe(events.filter(({ before, after }) => before !== after).length);
    for (const { before, after } of events) expect(linesOf(redaction.apply(batch(before)))).toEqual([after]);
  }
});

test('redacting twice is redacting once, whatever matches in marks', () => {
  const random = new Random(2);
  const nasty = ['red', '\\[', '\\]', '.{2}', '[a-f]+', 'd\\]|x', '^.', '.$', 'ed.a', '\\[r|a', '[^e]+', 'b\\[', '\\W'];
  const keep: Rules = { patterns: [], labels: [], execCommands: false };
  for (let round = 0; round < 200; round += 1) {
    const redaction = compile({ patterns: Array.from({ length: random.between(1, 3) }, () => random.pick(nasty)) });
    const before = batch(...Array.from({ length: 3 }, () => randomEvent(random, keep).before));
    const once = redaction.apply(before);
    expect(redaction.apply(once)).toBe(once);
    const wereEvents = linesOf(before).map(withoutTexts);
    expect(linesOf(once).map(withoutTexts)).toEqual(wereEvents);
  }
});

test('lines cut or damaged anywhere stay lines, keep no secret that a whole line would not, and end nothing', () => {
  const random = new Random(3);
  const redaction = compile({ patterns: ['HUNTER2'], labels: ['com.acme.*'], execCommands: true });
  const keep: Rules = { patterns: [], labels: [], execCommands: false };
  for (let round = 0; round < 500; round += 1) {
    const { before } = randomEvent(random, keep);
    const at = random.between(0, before.length);
    const line = `${before.slice(0, at)}${random.pick(['', '"', '\\', '{', '}', 'HUNTER2', '\\u00'])}${before.slice(at + random.between(0, 2))}`;
    const damaged = batch(line.replaceAll('\n', ''));
    const result = redaction.apply(damaged);
    expect(result.count).toBe(damaged.count);
    const [text = ''] = linesOf(result);
    const parsed = parse(text);
    if (parsed === undefined) expect(text).not.toContain('HUNTER2');
    else expect(textsOf(parsed).filter((value) => value.includes('HUNTER2'))).toEqual([]);
  }
});

test('docktape’s own events stay as they are', () => {
  const random = new Random(4);
  const redaction = compile({ patterns: ['.', '^a', 'A'], labels: ['*'], execCommands: true });
  for (let round = 0; round < 200; round += 1) {
    const attributes = Object.fromEntries(keys.map((key) => [key, randomText(random)]));
    const own = ownLines([{ action: 'gap', daemonId: 'A', attributes, time: 5n }]);
    expect(redaction.apply(own)).toBe(own);
  }
});

function randomEvent(random: Random, rules: Rules): Piece {
  const action = random.pick(actions);
  const command = action.endsWith(' ') ? randomText(random) : '';
  const image = randomText(random);
  const actionPiece = () => actionValue(random, rules, action, command);
  const attributes = keys
    .filter(() => random.chance(0.7))
    .map((key) =>
      member(random, key, attributeValue(random, rules, key, key === 'image' ? image : randomText(random))),
    );
  const members = [
    member(random, 'status', actionPiece()),
    member(random, 'id', kept(random, 'A1')),
    member(random, 'from', isLabel(rules, 'image') ? whole(random, image) : searched(random, rules, image)),
    member(random, 'Type', kept(random, 'A')),
    member(random, 'Action', actionPiece()),
    member(
      random,
      'Actor',
      object(random, [
        member(random, 'ID', kept(random, 'A1')),
        member(random, 'Attributes', object(random, attributes)),
      ]),
    ),
    member(random, 'New', randomValue(random, rules, 3)),
    member(random, 'time', plain('1700000000')),
    member(random, 'timeNano', plain('1700000000123456789')),
  ];
  return object(random, random.chance(0.3) ? [...members].reverse() : members);
}

function attributeValue(random: Random, rules: Rules, key: string, text: string): Piece {
  return isLabel(rules, key) ? whole(random, text) : searched(random, rules, text);
}

function actionValue(random: Random, rules: Rules, verb: string, rest: string): Piece {
  const head = spelled(random, verb);
  const tail = spelled(random, rest);
  const isCommand = rules.execCommands && verb.startsWith('exec_') && rest !== '';
  const after = isCommand ? '[redacted]' : redactedPieces(rules, rest, tail);
  // A command that already is the mark stays as it is spelled.
  const same = isCommand && rest === '[redacted]' ? tail.join('') : after;
  return { before: `"${[...head, ...tail].join('')}"`, after: `"${head.join('')}${same}"` };
}

function randomValue(random: Random, rules: Rules, depth: number): Piece {
  const choice = random.between(0, depth > 0 ? 4 : 2);
  if (choice === 0) return searched(random, rules, randomText(random));
  if (choice === 1) return plain(random.pick(['5', '-1.5e+3', 'true', 'null']));
  if (choice === 2) return searched(random, rules, random.pick(secrets));
  const below = Array.from({ length: random.between(0, 3) }, () => randomValue(random, rules, depth - 1));
  if (choice === 3) return joined('[', below, `${space(random)},${space(random)}`, ']');
  return object(
    random,
    below.map((value) => member(random, random.pick(keys), value)),
  );
}

function randomText(random: Random): string {
  const parts = Array.from({ length: random.between(0, 8) }, () =>
    random.chance(0.25) ? random.pick(secrets) : random.pick(characters),
  );
  return parts.join('');
}

function isLabel({ labels: redacted }: Rules, key: string): boolean {
  return redacted.some((label) => (label.endsWith('*') ? key.startsWith(label.slice(0, -1)) : label === key));
}

function plain(text: string): Piece {
  return { before: text, after: text };
}

function kept(random: Random, text: string): Piece {
  return plain(`"${spelled(random, text).join('')}"`);
}

function whole(random: Random, text: string): Piece {
  return { before: `"${spelled(random, text).join('')}"`, after: '"[redacted]"' };
}

function searched(random: Random, rules: Rules, text: string): Piece {
  const pieces = spelled(random, text);
  return { before: `"${pieces.join('')}"`, after: `"${redactedPieces(rules, text, pieces)}"` };
}

/** What patterns leave of a text: JavaScript's own engine says where they match. */
function redactedPieces(rules: Rules, text: string, pieces: readonly string[]): string {
  const isRedacted = new Set<number>();
  for (const [, pattern] of rules.patterns) {
    for (const match of text.matchAll(pattern)) {
      const first = [...text.slice(0, match.index)].length;
      for (let at = 0; at < [...match[0]].length; at += 1) isRedacted.add(first + at);
    }
  }
  return pieces
    .map((piece, at) => (isRedacted.has(at) ? (isRedacted.has(at - 1) ? '' : '[redacted]') : piece))
    .join('');
}

function member(random: Random, key: string, value: Piece): Piece {
  const name = `"${spelled(random, key).join('')}"${space(random)}:${space(random)}`;
  return { before: name + value.before, after: name + value.after };
}

function object(random: Random, members: readonly Piece[]): Piece {
  return joined(`{${space(random)}`, members, `,${space(random)}`, `${space(random)}}`);
}

function joined(head: string, pieces: readonly Piece[], between: string, tail: string): Piece {
  const join = (side: keyof Piece) => head + pieces.map((piece) => piece[side]).join(between) + tail;
  return { before: join('before'), after: join('after') };
}

function space(random: Random): string {
  return random.chance(0.1) ? random.pick([' ', '\t', '  ']) : '';
}

/** Each character of a text as JSON, as Go spells it or in another way that is right. */
function spelled(random: Random, text: string): string[] {
  const often = random.chance(0.3);
  return [...text].map((character) => {
    const mustEscape = JSON.stringify(character) !== `"${character}"` || '<>&\u2028'.includes(character);
    if (often ? random.chance(0.3) : mustEscape && random.chance(0.5)) return unicodeEscapes(character);
    return character === '/' && random.chance(0.5) ? '\\/' : JSON.stringify(character).slice(1, -1);
  });
}

function unicodeEscapes(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    const digits = character.charCodeAt(at).toString(16).padStart(4, '0');
    return `\\u${at === 0 ? digits.toUpperCase() : digits}`;
  }).join('');
}

/** An event without what patterns may change in it. */
function withoutTexts(line: string): unknown {
  const { Actor, New, Action, status, from: _, ...rest } = JSON.parse(line);
  const verb = (action: string) => action.split(': ', 1);
  return {
    ...rest,
    ID: Actor.ID,
    keys: Object.keys(Actor.Attributes),
    New: typeof New,
    Action: verb(Action),
    status: verb(status),
  };
}

/** The texts of a line in which a pattern has to be redacted. */
function textsOf(value: unknown, depth = 0, key = ''): string[] {
  if (typeof value === 'string') {
    if (depth === 1 && ['Type', 'scope', 'id', 'time', 'timeNano'].includes(key)) return [];
    if (depth === 1 && ['Action', 'status'].includes(key)) return [value.split(': ').slice(1).join(': ')];
    return [value];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) =>
    key === 'Actor' && name === 'ID' ? [] : textsOf(below, depth + 1, name),
  );
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
