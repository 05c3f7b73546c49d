import { describe, expect, it } from 'vitest';
import { toBytes } from '#docktape/rules/bytes.js';
import { checksOf } from '#docktape/rules/language/ast.js';
import { checkText } from '#docktape/rules/language/check-text.js';
import { parseCondition } from '#docktape/rules/language/parser.js';
import { LocatedText } from '#docktape/rules/text/located-text.js';
import { SourceText } from '#docktape/rules/text/source-text.js';

function textsOf(condition: string): string[] {
  return checksOf(parseCondition(LocatedText.whole(new SourceText('condition', condition)))).map(checkText);
}

/** What a check means, without places. */
function meaningOf(condition: string): unknown {
  const [check] = checksOf(parseCondition(LocatedText.whole(new SourceText('condition', condition))));
  return JSON.parse(JSON.stringify(check, (key, value) => (/place$/i.test(key) ? undefined : value)));
}

describe('the one spelling of a check', () => {
  it.each([
    ['docker.a  exists', 'docker.a exists'],
    ['docker.a=b', 'docker.a = b'],
    ['docker.a == "b"', 'docker.a = b'],
    [`docker.a = 'two words'`, 'docker.a = "two words"'],
    ['docker.a = ""', 'docker.a = ""'],
    ['docker.a < 5', 'docker.a < 5'],
    ['docker.a in ( b,"c" , "d,e")', 'docker.a in (b, c, "d,e")'],
    ['docker.a in ()', 'docker.a in ()'],
    ['docker.a in b', 'docker.a in (b)'],
    ['docker.a startswith anyof (b,c)', 'docker.a startswith anyof (b, c)'],
    ['docker.a[ "b" ]= c', undefined],
    ['docker.a["b c"] = c', 'docker.a["b c"] = c'],
    ['docker.a["b.c"] = c', 'docker.a[b.c] = c'],
    ['docker.a = val( docker.b )', 'docker.a = val(docker.b)'],
    ['tolower( docker.a ) = toupper(docker.b)', 'tolower(docker.a) = toupper(docker.b)'],
    ['concat(docker.a,"-", 5) = x', 'concat(docker.a, "-", 5) = x'],
    ['join(",", (docker.a,"x")) = y', 'join(",", (docker.a, "x")) = y'],
    ['getopt(docker.a, "ab:")[b] = c', 'getopt(docker.a, "ab:")[b] = c'],
  ])('of %s', (condition, text) => {
    if (text === undefined) return expect(() => textsOf(condition)).toThrow();
    expect(textsOf(condition)).toEqual([text]);
    expect(meaningOf(text)).toEqual(meaningOf(condition));
  });

  it('writes what needs it with quotes and escapes', () => {
    expect(textsOf(`docker.a = 'a"b\\\\c'`)).toEqual(['docker.a = "a\\"b\\\\c"']);
    expect(textsOf('docker.a = "a\tb\\n"')).toEqual(['docker.a = "a\\tb\\n"']);
    expect(textsOf('docker.a = "ends with \\ "')).toEqual(['docker.a = "ends with \\ "']);
  });

  it('reads the same when it is parsed again, whatever the value', () => {
    const values = [
      'é',
      '日本',
      'a\\',
      '\\',
      '\\"',
      '"',
      "'",
      '\\n',
      'a\nb',
      '\u0001',
      '\u007f',
      '\u0085',
      ' ',
      '=',
      'a(b',
      'and',
      'val(x)',
      'a/b',
    ];
    for (const value of values) {
      const place = new SourceText('condition', '').at(0);
      const right = { kind: 'literal', value: toBytes(value), place } as const;
      const left = { kind: 'field', name: 'docker.a', place } as const;
      const text = checkText({ kind: 'check', left, operator: '=', right, operatorPlace: place });
      expect(meaningOf(text), text).toMatchObject({ right: { kind: 'literal', value: toBytes(value) } });
    }
  });

  it('is of the checks from left to right, through groups and `not`', () => {
    expect(textsOf('docker.a = 1 and not (docker.b = 2 or docker.c exists) and some_macro')).toEqual([
      'docker.a = 1',
      'docker.b = 2',
      'docker.c exists',
    ]);
  });
});
