import { describe, expect, it } from 'vitest';
import { DocktapeError } from '#docktape/errors.js';
import { captureParams, parseOpenParams } from '#docktape/source/open-params.js';
import { Random } from '../real/support/random.js';

/** Each is a row of its own, so that a failure names it: the same seed makes the same texts. */
const SEEDS = Array.from({ length: 20 }, (_, index) => 2_000 + index);

const ROUNDS = 300;
const NOW = 1_700_000_000_000_000_000n;
const SECOND = 1_000_000_000n;

const characters = [
  ...'abcXYZ019/.-_~ %?&=+#:;"\'\\\n\t\u001b\u007fäß世🐳\u2028\ufffd',
  '..',
  '%25',
  '%3F',
  '.db',
  '?since=1',
];

const targets = [
  '',
  'live',
  'unix://',
  'tcp://',
  'https://',
  'ssh://',
  'context:',
  'capture:',
  'x.db',
  'capture:x.db',
  'file:',
];
const pieces = ['?', '&', '=', '%', '%2', '%zz', '%ff', '%00', '%c3%a9', '+', '.db', '10m', 'last', 'max', '1.5', '-1'];
const keys = ['since', 'until', 'session', 'speed', 'Since', '%73ince', 'x', ''];

/** A text that looks like open params to some length. */
function anyText(random: Random): string {
  const piece = () =>
    random.weighted<() => string>([
      [3, () => random.pick(pieces)],
      [3, () => random.pick(characters)],
      [2, () => `${random.pick(keys)}=${random.pick(pieces)}`],
      [1, () => String.fromCharCode(random.between(1, 0xffff))],
    ])();
  return random.pick(targets) + random.list(0, 8, piece).join('');
}

/** RFC 3339 to nanoseconds, as a user would write a time that a replay is to begin with. */
function timeText(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19);
  return `${date}.${String(nanoseconds % SECOND).padStart(9, '0')}Z`;
}

describe.each(SEEDS)('seed %i', (seed) => {
  it('the open params of a capture name it, whatever its path', () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = random.list(1, 12, () => random.pick(characters)).join('');
      const since = BigInt(random.between(0, 2 ** 31)) * SECOND + BigInt(random.between(0, 999_999_999));
      const session = random.chance(0.5) ? 'last' : random.between(1, 1_000_000);
      const speed = random.between(1, 1_000_000) / 1_000;
      const text = captureParams(path, { since: timeText(since), session: String(session), speed: String(speed) });
      expect(parseOpenParams(text, NOW)).toEqual({ mode: 'replay', path, selection: { since, session }, speed });
      expect(parseOpenParams(captureParams(path), NOW)).toMatchObject({ mode: 'replay', path, selection: {} });
    }
  });

  it('both sides are percent-decoded, whichever of their characters are escaped', () => {
    const random = new Random(seed);
    const escaped = (text: string) =>
      Array.from(text, (character) => {
        const bytes = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
        const isEscaped = '%?&='.includes(character) || random.chance(0.3);
        return isEscaped ? (random.chance(0.5) ? bytes : bytes.toUpperCase()) : character;
      }).join('');
    for (let round = 0; round < ROUNDS; round += 1) {
      const path = random.list(1, 12, () => random.pick(characters)).join('');
      const text = `capture:${escaped(path)}?${escaped('session')}=${escaped('last')}`;
      expect(parseOpenParams(text, NOW)).toEqual({
        mode: 'replay',
        path,
        selection: { session: 'last' },
        speed: 'max',
      });
    }
  });

  it('any text is open params, or refused with an error that says so', () => {
    const random = new Random(seed);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = anyText(random);
      try {
        const params = parseOpenParams(text, NOW);
        expect(params.mode === 'live' ? params.address : params.path).not.toBe('');
      } catch (error) {
        refused += 1;
        expect(error).toBeInstanceOf(DocktapeError);
        expect(error).toMatchObject({
          code: 'OPEN_PARAMS',
          message: expect.stringMatching(/^open params: [^\p{Cc}]+$/u),
        });
        expect((error as Error).message.length).toBeLessThan(600);
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 10);
    expect(refused).toBeLessThan(ROUNDS);
  });
});
