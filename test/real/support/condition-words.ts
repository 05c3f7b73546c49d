import type { Random } from './random.js';

/** Texts that are something special to a parser, a glob, a regular expression or YAML. */
const ODD_TEXTS = [
  ...['', ' ', '*', '?', '[', ']', '\\', '/', '//', '%', '^', '$', '.', '..', '-', '+', '#', '|', '{', '~', '&', '!'],
  ...['é', '日本', '\t', '\n', '\r\n', '\b', '\f', 'and', 'or', 'not', 'exists', 'in', 'true', 'false', '0', '<NA>'],
  ...['val(docker.type)', 'docker.type', 'tolower(docker.type)', "it's", 'a"b', 'a=b', 'a,b', '(x)', 'a b', 'a\\b'],
];

const LETTERS = [...'abcdefxyzABC019-_./: *?[]\\\'"(),=%$^é'];

/** Numbers at the edges of 64 bits. */
const NUMBERS = [
  ...['0', '1', '2', '3', '127', '128', '137', '255', '65536', '007', '00', '+5', '-1', '-0', '+0', '-137'],
  ...['2147483647', '4294967295', '4294967296', '9007199254740993', '9223372036854775807', '9223372036854775808'],
  ...['18446744073709551614', '18446744073709551615', '18446744073709551616', '-18446744073709551615'],
  ...['-9223372036854775808', '99999999999999999999999'],
];

/** What is read as a number in some places and is none in others, or in all. */
const ODD_NUMBERS = ['1.0', '1.', '1e3', '1e+3', '0x10', '0X1f', '1_000', '٣', '5s', '', ' ', '-', '--1', '1 2'];

/**
 * A number, most often near one of `known`.
 *
 * @param wild whether it may be none
 */
export function numberText(random: Random, known: readonly string[], wild: boolean): string {
  if (wild && random.chance(0.15)) return random.pick(ODD_NUMBERS);
  if (known.length === 0 || random.chance(0.3)) return random.pick(NUMBERS);
  const near = random.weighted([
    [6, 0n],
    [1, 1n],
    [1, -1n],
  ]);
  return String(BigInt(random.pick(known)) + near);
}

/** A text that is one of `known`, a part of one, nearly one, or odd. */
export function someText(random: Random, known: readonly string[]): string {
  if (known.length === 0 || random.chance(0.06)) return random.pick(ODD_TEXTS);
  const text = random.pick(known);
  return random.weighted([
    [8, () => text],
    [3, () => piece(random, text)],
    [1.5, () => nearMiss(random, text)],
  ])();
}

/** A part of a text: from its start, its end or the middle. */
export function piece(random: Random, text: string): string {
  const letters = [...text];
  const from = random.chance(0.4) ? 0 : random.between(0, letters.length);
  const to = random.chance(0.4) ? letters.length : random.between(from, letters.length);
  return letters.slice(from, to).join('');
}

function nearMiss(random: Random, text: string): string {
  const letters = [...text];
  const at = random.between(0, letters.length);
  const letter = random.pick(LETTERS);
  return random.pick([
    () => text + letter,
    () => letter + text,
    () => letters.toSpliced(at, 1, letter).join(''),
    () => letters.toSpliced(at, 0, letter).join(''),
    () => letters.toSpliced(at, 1).join(''),
    () => text.toUpperCase(),
    () => text.replace(/[a-z]/, (first) => first.toUpperCase()),
    () => `${text} `,
  ])();
}

const ODD_GLOBS = [
  '[',
  '[]',
  '[!]',
  '[a',
  '**',
  '[[:alpha:]]*',
  '[[:alpha:',
  '*[[:digit:]]',
  '[z-a]',
  '[a-]',
  '[]a]*',
  '{a,b}',
];

/** A glob made of a text, so that it often matches. */
export function globText(random: Random, known: readonly string[]): string {
  if (random.chance(0.12)) return random.pick(ODD_GLOBS);
  const letters = [...(random.chance(0.2) ? someText(random, known) : random.pick([...known, 'x']))];
  return splice(random, letters, (letter) => [
    () => '*',
    () => '?',
    () => `[${letter}]`,
    () => '[a-z]',
    () => '[!~]',
    () => '[^~]',
    () => '[[:alnum:]]',
    () => `\\${letter}`,
  ]);
}

const ODD_REGEXES = [
  ...['^.*$', '.*', '.+', '', '()', 'x*', '|', '[^/]*', '[[:alpha:]]+', '[[:alnum:]_:. /-]+', '(a|b)*', '[a\\-z]*'],
];

/** What is no regular expression in POSIX syntax, or too large a one. */
const WRONG_REGEXES = [
  ...[
    '(',
    ')',
    '*a',
    '[a',
    '\\d+',
    '\\w+',
    '\\bx',
    '(?i)x',
    'a{2,1}',
    'a**',
    '\\pL',
    '(?:a)',
    'a+?',
    '[[:foo:]]',
    '\\',
  ],
  ...['a{1001}', '\\x41', '(a{100}){100}'],
];

/**
 * A regular expression made of a text, so that it often matches.
 *
 * @param wild whether it may be none
 */
export function regexText(random: Random, known: readonly string[], wild: boolean): string {
  if (wild && random.chance(0.3)) return random.pick(WRONG_REGEXES);
  if (random.chance(0.15)) return random.pick(ODD_REGEXES);
  const text = random.chance(0.2) ? someText(random, known) : random.pick([...known, 'x']);
  const letters = [...text].map((letter) => (/[.*+?^${}()|[\]\\]/.test(letter) ? `\\${letter}` : letter));
  const inner = splice(random, letters, (letter) => [
    () => '.',
    () => '.*',
    () => `${letter}+`,
    () => `(${letter}|x)`,
    () => `[^~]`,
    () => '[[:print:]]',
    () => `${letter}{1,2}`,
    () => `${letter}?`,
  ]);
  return random.weighted([
    [6, inner],
    [1, `^${inner}$`],
    [1, `(${inner})|zzz`],
    [1, `.*${inner}.*`],
  ]);
}

/** A path or the start of one, for `pmatch`. */
export function pathText(random: Random, known: readonly string[]): string {
  const paths = known.filter((text) => text.includes('/'));
  if (paths.length === 0 || random.chance(0.15))
    return random.pick(['/', '', '//', '/etc', 'etc', '/*', '/?', '/[', '*', ...ODD_TEXTS]);
  const parts = random.pick(paths).split('/');
  const start = parts.slice(0, random.between(1, parts.length)).map((part) =>
    random.weighted([
      [6, part],
      [1, '*'],
      [1, `${part.slice(0, 2)}*`],
      [1, `?${part.slice(1)}`],
      [1, part.slice(0, -1)],
    ]),
  );
  return (
    start.join(random.chance(0.1) ? '//' : '/') +
    random.weighted([
      [5, ''],
      [1, '/'],
      [1, '/x'],
    ])
  );
}

/** Replaces some letters, or runs of them, by patterns. */
function splice(random: Random, letters: readonly string[], patterns: (letter: string) => (() => string)[]): string {
  let text = '';
  const often = random.pick([0.03, 0.15, 0.4]);
  for (let i = 0; i < letters.length; i++) {
    if (!random.chance(often)) text += letters[i];
    else {
      text += random.pick(patterns(letters[i] as string))();
      if (random.chance(0.2)) i += random.between(1, 4);
    }
  }
  return text;
}
