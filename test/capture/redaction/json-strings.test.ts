import { describe, expect, it, test } from 'vitest';
import { type Place, STRINGS, visitValues } from '#docktape/capture/redaction/json-strings.js';
import { Random } from '../../real/support/random.js';

const EVERYTHING: Place = { take: 'all' };

/** What is visited of a text, which may be surrounded by anything; `undefined` when it is no JSON. */
function visited(text: string, root = STRINGS): string[] | undefined {
  const bytes = Buffer.from(`"${text}"`);
  const seen: string[] = [];
  const isJson = visitValues(bytes, 1, bytes.length - 1, root, (_, start, end) => {
    seen.push(bytes.toString('utf8', start, end));
  });
  return isJson ? seen : undefined;
}

describe('what is visited', () => {
  test.each([
    ['{"a":"b","c":["d",{"e":"f"}],"g":5}', ['b', 'd', 'f']],
    ['"a\\"b\\\\"', ['a\\"b\\\\']],
    ['["","é😀"]', ['', 'é😀']],
    [' [ ] ', []],
    ['null', []],
  ])('are the strings of %s', (text, strings) => expect(visited(text)).toEqual(strings));

  test('is a value as one where its place says so, and nothing in it', () => {
    expect(visited(' {"a":["b"]} ', EVERYTHING)).toEqual(['{"a":["b"]}']);
    expect(visited('-5.5e-7', EVERYTHING)).toEqual(['-5.5e-7']);
  });
});

describe('what is JSON', () => {
  it('is what JSON.parse takes, in 10,000 damaged texts', () => {
    const random = new Random(5);
    const whole = '{"a":"b\\n\\u00e9","c":[1,-0.5e+3,true,false,null,{}],"d":{"e":[[]]}, "f" : ""}';
    let good = 0;
    const judgedOtherwise: string[] = [];
    for (let round = 0; round < 10_000; round += 1) {
      let text = whole;
      for (let change = random.between(1, 2); change > 0; change -= 1) {
        const at = random.between(0, text.length);
        const more = random.pick(['', '', ...'"\\{}[],:0159-+.eEutrl \t\u0001é']);
        text = text.slice(0, at) + more + text.slice(at + random.between(0, 2));
      }
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (isJson) good += 1;
      if ((visited(text) !== undefined) !== isJson) judgedOtherwise.push(text);
    }
    expect(judgedOtherwise).toEqual([]);
    expect(good).toBeGreaterThan(500);
  });

  it('is no deeper than 200 levels, whatever the stack could take', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}"x"${']'.repeat(depth)}`;
    expect(visited(nested(200))).toEqual(['x']);
    expect(visited(nested(201))).toBeUndefined();
    expect(visited('{"a":'.repeat(1_000_000))).toBeUndefined();
  });
});
