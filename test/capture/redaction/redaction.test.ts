import { describe, expect, it, test } from 'vitest';
import { linesOf as ownLines } from '#docktape/docker/own-events.js';
import { batch, compile, eventLine, goJson, linesOf, redact } from './support.js';

describe('patterns', () => {
  test('what matches in an attribute becomes [redacted], and nothing else changes', () => {
    const line = eventLine('start', { image: 'tea', env: 'A=1 TOKEN=hunter2 B=2', name: 'cup' });
    expect(redact({ patterns: ['TOKEN=\\S+'] }, line)).toEqual([line.replace('TOKEN=hunter2', '[redacted]')]);
  });

  test.each([
    ['an image, and from, which repeats it', eventLine('start', { image: 'registry/acme/tea:1' }), 'acme', 2],
    ['a command of exec, and status, which repeats it', eventLine('exec_start: login -p hunter2'), 'hunter2', 2],
    ['a command with escapes', eventLine('exec_start: sh -c "login hunter2"'), 'hunter2', 2],
    ['what follows any verb', eventLine('health_status: no hunter2'), 'hunter2', 2],
    ['what nobody knows', goJson({ Type: 'container', New: { deep: [['hunter2'], { x: 'hunter2' }] } }), 'hunter2', 2],
    ['a line that is a string', '"hunter2"', 'hunter2', 1],
    ['what should be a text and is none', goJson({ Type: ['hunter2'], Action: { a: 'hunter2' } }), 'hunter2', 2],
    ['one of two keys of the same name', '{"a":"hunter2","a":"hunter2"}', 'hunter2', 2],
    [
      'an event of Podman',
      '{"Type":"container","Actor":{"Attributes":{}},"time":1,"HealthStatus":"hunter2"}',
      'hunter2',
      1,
    ],
    ['a line with space in it', ' { "a" : [ "hunter2" , 5 ] , "b" : { } }\t', 'hunter2', 1],
  ])('they match in %s', (_, line, secret, times) => {
    expect(line.split(secret)).toHaveLength(times + 1);
    expect(redact({ patterns: [secret] }, line)).toEqual([line.replaceAll(secret, '[redacted]')]);
  });

  test.each([
    [
      'types, scopes, IDs and times',
      goJson({ Type: 'x7', scope: 'x7', id: 'x7', time: 'x7', timeNano: 'x7', Actor: { ID: 'x7' } }),
      'x7',
    ],
    ['the verb of an action', eventLine('exec_start: ls'), 'exec_start'],
    ['an action without more', eventLine('start'), 'start'],
    ['keys', goJson({ x7: 1, Actor: { x7: { x7: [] }, Attributes: { x7: '' } } }), 'x7'],
    ['numbers and words', '{"a":true,"b":1700000000,"timeNano":1700000000123456789}', '1700000000|true'],
    ['the structure', eventLine('start', { a: 'b' }), '[{}:,"]'],
  ])('they do not match in %s', (_, line, pattern) => {
    expect(redact({ patterns: [pattern] }, line)).toEqual([line]);
  });

  test.each([
    ['a quote', 'say "hunter2"', 'say "[^"]*"', '[redacted]'],
    ['what Go escapes', 'a<b>&c', '<b>&', 'a[redacted]c'],
    ['a line break', 'key:\nhunter2\nend', '(?s)key:.hunter2', '[redacted]\\nend'],
    ['characters of several bytes', 'naïve 秘密 😀!', '秘密 .', 'naïve [redacted]!'],
    ['a backslash', 'C:\\secret\\x', '\\\\secret\\\\', 'C:[redacted]x'],
    ['part of a text with escapes elsewhere', '"a" hunter2 "b"\t<', 'hunter2', '\\"a\\" [redacted] \\"b\\"\\t\\u003c'],
    ['a text as a whole', 'hunter2', '^hunter2$', '[redacted]'],
    ['the beginning of a text', 'hunter2 hunter2', '^hunter2', '[redacted] hunter2'],
    ['the end of a text', 'hunter2 hunter2', 'hunter2\\z', 'hunter2 [redacted]'],
    ['words', 'hunter2 hunter22', '\\bhunter2\\b', '[redacted] hunter22'],
    ['upper and lower case', 'HUNTER2', '(?i)hunter2', '[redacted]'],
    ['quoted text', 'a^b', '\\Q^\\E', 'a[redacted]b'],
    ['matches side by side', 'hunter2hunter2', 'hunter2', '[redacted]'],
    ['a byte of a character', 'é', '\\C$', '[redacted]'],
  ])('they match %s in what a text stands for', (_, text, pattern, result) => {
    const line = goJson({ a: text });
    expect(redact({ patterns: [pattern] }, line)).toEqual([`{"a":"${result}"}`]);
  });

  test('they match however a character is spelled, and leave spellings beside it as they are', () => {
    expect(redact({ patterns: ['hunter2'] }, '{"a":"\\u0078h\\u0075nter2\\/\\ud83d\\ude00\\ud800"}')).toEqual([
      '{"a":"\\u0078[redacted]\\/\\ud83d\\ude00\\ud800"}',
    ]);
    expect(redact({ patterns: ['😀'] }, '{"a":"x\\uD83D\\uDE00x"}')).toEqual(['{"a":"x[redacted]x"}']);
  });

  test('several are as one', () => {
    const line = goJson({ a: 'one two three' });
    expect(redact({ patterns: ['e t', 'two', 'thr'] }, line)).toEqual(['{"a":"on[redacted] [redacted]ee"}']);
  });

  test('a mark goes into the match that it is part of', () => {
    const line = goJson({ a: 'password=[redacted]hunter2 red' });
    expect(redact({ patterns: ['password=\\S+'] }, line)).toEqual(['{"a":"[redacted] red"}']);
    expect(redact({ patterns: ['red'] }, line)).toEqual(['{"a":"password=[redacted]hunter2 [redacted]"}']);
    expect(redact({ patterns: ['[a-z]2|x\\['] }, goJson({ a: 'xr2' }))).toEqual(['{"a":"[redacted]"}']);
  });

  test('a text with very many matches is redacted as a whole, in bounded time', () => {
    const text = 'a'.repeat(3 * 1024 * 1024);
    expect(redact({ patterns: ['a(b|[^x]*x)?'] }, goJson({ a: text }))).toEqual(['{"a":"[redacted]"}']);
    expect(redact({ patterns: ['(a+a+)+b'] }, goJson({ a: text }))).toEqual([goJson({ a: text })]);
    expect(redact({ patterns: ['a'] }, goJson({ a: 'ab'.repeat(101) }))).toEqual(['{"a":"[redacted]"}']);
    expect(redact({ patterns: ['a'] }, goJson({ a: 'ab'.repeat(100) }))).toEqual([
      `{"a":"${'[redacted]b'.repeat(100)}"}`,
    ]);
  });

  test('a text that changes with each search is redacted as a whole', () => {
    const pattern = ['b$', 'a\\[', 'c\\[', 'd\\[', 'e\\[', 'f\\['].join('|');
    expect(redact({ patterns: [pattern] }, goJson({ a: 'xfedcab' }))).toEqual(['{"a":"[redacted]"}']);
    expect(redact({ patterns: [pattern] }, goJson({ a: 'xab' }))).toEqual(['{"a":"x[redacted]"}']);
  });
});

describe('labels', () => {
  const line = eventLine('start', {
    image: 'tea',
    'com.acme.key': 'a "b"',
    'com.acme.other': 'x',
    name: 'com.acme.key',
  });

  test('the whole value of one becomes [redacted]', () => {
    expect(redact({ labels: ['com.acme.key'] }, line)).toEqual([line.replace('a \\"b\\"', '[redacted]')]);
  });

  test('a star at the end is a beginning', () => {
    expect(redact({ labels: ['com.acme.*'] }, line)).toEqual([
      line.replace('a \\"b\\"', '[redacted]').replace('"x"', '"[redacted]"'),
    ]);
  });

  test('the image is redacted in from, too', () => {
    expect(redact({ labels: ['image'] }, line)).toEqual([line.replaceAll('"tea"', '"[redacted]"')]);
    expect(redact({ labels: ['ima*'] }, '{"from":"tea"}')).toEqual(['{"from":"[redacted]"}']);
  });

  test('all of them', () => {
    const { Actor, from, ...rest } = JSON.parse(redact({ labels: ['*'] }, line)[0] as string);
    expect([from, ...Object.values(Actor.Attributes)]).toEqual(Array(5).fill('[redacted]'));
    const { Actor: before, from: _, ...same } = JSON.parse(line);
    expect({ ...rest, ID: Actor.ID }).toEqual({ ...same, ID: before.ID });
  });

  test.each([
    ['an empty text', '""'],
    ['a number', '-5.0e+3'],
    ['null', 'null'],
    ['an object', '{"a":["}",{}],"b":{"c":"\\""}}'],
    ['a list', '[ "]", [] ]'],
  ])('%s is a value as well', (_, value) => {
    const event = (text: string) => `{"Actor":{"Attributes":{"a":"b","key":${text},"c":"d"}}}`;
    expect(redact({ labels: ['key'] }, event(value))).toEqual([event('"[redacted]"')]);
  });

  test('a key is known however it is spelled', () => {
    const event = (value: string) => `{"\\u0041ctor":{"Attributes":{"k\\u0065y":"${value}","\\"<é":"${value}"}}}`;
    expect(redact({ labels: ['key', '"<é'] }, event('hunter2'))).toEqual([event('[redacted]')]);
    expect(redact({ labels: ['é'] }, '{"Actor":{"Attributes":{"é":"x"}}}')).toEqual([
      '{"Actor":{"Attributes":{"é":"[redacted]"}}}',
    ]);
  });

  test.each([
    [
      'elsewhere than in the attributes',
      goJson({ key: 'x', Actor: { key: 'x', Attributes: { a: { key: 'x' }, b: 'key' } } }),
    ],
    ['with another key', goJson({ Actor: { Attributes: { keys: 'x', Key: 'x', 'a.key': 'x' } } })],
    ['that is redacted already', goJson({ Actor: { Attributes: { key: '[redacted]' } } })],
  ])('nothing changes %s', (_, other) => expect(redact({ labels: ['key'] }, other)).toEqual([other]));
});

describe('commands of exec', () => {
  test.each(['exec_create', 'exec_start'])('what follows %s becomes [redacted], and in status as well', (verb) => {
    const line = eventLine(`${verb}: sh -c "curl <x> & id: 5"`, { execID: 'ab' });
    expect(redact({ execCommands: true }, line)).toEqual([eventLine(`${verb}: [redacted]`, { execID: 'ab' })]);
  });

  test('however the verb is spelled', () => {
    expect(redact({ execCommands: true }, '{"Action":"exec\\u005fstart: ls"}')).toEqual([
      '{"Action":"exec\\u005fstart: [redacted]"}',
    ]);
  });

  test.each([
    'exec_start',
    'exec_start: ',
    'exec_die',
    'exec_detach',
    'start',
    'health_status: healthy',
    'exec_start:ls',
  ])('%s stays as it is', (action) =>
    expect(redact({ execCommands: true }, eventLine(action))).toEqual([eventLine(action)]),
  );

  test('with patterns, these are for everything else', () => {
    const line = eventLine('exec_start: login hunter2', { a: 'hunter2' });
    expect(redact({ execCommands: true, patterns: ['hunter2'] }, line)).toEqual([
      eventLine('exec_start: [redacted]', { a: '[redacted]' }),
    ]);
  });
});

describe('a line that is no JSON', () => {
  test.each([
    '{"a":"hunter2"',
    '{"a":"hunter2}',
    '{"a" "hunter2"}',
    '{"a":"hunter2",}',
    '["hunter2",]',
    '{"a":"hunter2"} more',
    '{hunter2}',
    '{"a":"hunter2 \\x"}',
    '{"a":"hunter2 \\u12G4"}',
    '{"a":"hunter2 \\',
    '{"Action":"hunter2: \\u1"}',
    '{"\\x":"hunter2"}',
    'say hunter2',
    `${'['.repeat(300)}"hunter2"${']'.repeat(300)}`,
  ])('is redacted as a whole where something may be found: %s', (line) => {
    const redaction = compile({ patterns: ['hunter2'], labels: ['b'], execCommands: true });
    const before = batch('{}', line, '{}');
    const after = redaction.apply(before);
    expect(linesOf(after)).toEqual(['{}', '"[redacted]"', '{}']);
    expect({ ...after, lines: undefined }).toEqual({ ...before, lines: undefined });
    expect(redaction.counts).toEqual({ events: 1, values: 1, unreadable: 1 });
  });

  test('stays as it is where there is nothing', () => {
    const before = batch('no JSON', '{"a":"b"', '{"Actor":');
    expect(compile({ patterns: ['hunter2'], labels: ['key'] }).apply(before)).toBe(before);
  });
});

describe('a batch', () => {
  test('in which there is nothing to redact stays the same', () => {
    const before = batch(eventLine('start', { a: 'b', c: 'x "y"' }), eventLine('exec_start: ls'), '"exec_start"');
    expect(compile({ patterns: ['hunter2', '^b.'], labels: ['key', 'prefix*'] }).apply(before)).toBe(before);
    expect(compile({}).apply(before)).toBe(before);
  });

  test('keeps its order, its times and its other lines, and is counted', () => {
    const redaction = compile({ patterns: ['hunter2'], labels: ['key'] });
    const lines = ['start', 'die', 'stop'].map((action, n) =>
      eventLine(action, { key: 'x', a: n === 1 ? 'y' : 'hunter2' }),
    );
    const before = batch('{"time":5}', ...lines, '{"time":6}');
    const after = redaction.apply(before);
    expect(after.times).toEqual(before.times);
    expect(after.count).toBe(5);
    expect(linesOf(after)).toEqual(
      linesOf(before).map((line) => line.replace('"key":"x"', '"key":"[redacted]"').replace('hunter2', '[redacted]')),
    );
    expect(redaction.counts).toEqual({ events: 3, values: 5, unreadable: 0 });
    redaction.apply(batch(eventLine('start', { a: 'hunter2 and hunter2' })));
    expect(redaction.counts).toEqual({ events: 4, values: 6, unreadable: 0 });
  });

  test('of docktape’s own events stays the same', () => {
    const own = {
      action: 'gap',
      daemonId: 'ab',
      attributes: { endpoint: 'x', reason: 'it "ended"' },
      time: 5n,
    } as const;
    const before = ownLines([own, { ...own, action: 'daemon lost' }]);
    expect(compile({ patterns: ['.', '^x'], labels: ['*'], execCommands: true }).apply(before)).toBe(before);
  });
});

describe('what was missed in a gap', () => {
  const missed = { kind: 'missed', endpoint: 'x', daemonId: 'ab', change: 'die', container: 'ab', time: 5n } as const;

  it('has its name and its image redacted', () => {
    const incident = { ...missed, name: 'a\\b', image: 'acme/ab:1', exitCode: 1 };
    expect(compile({ patterns: ['b|1', 'x'] }).incident(incident)).toEqual({
      ...incident,
      name: 'a\\[redacted]',
      image: 'acme/a[redacted]:[redacted]',
    });
    expect(compile({ labels: ['image'] }).incident(incident)).toEqual({ ...incident, image: '[redacted]' });
    expect(compile({ labels: ['*'] }).incident(missed)).toEqual(missed);
  });

  it('is the only incident with something to redact', () => {
    const lost = { kind: 'lost', endpoint: 'x', daemonId: 'ab', reason: 'a', time: 5n } as const;
    expect(compile({ patterns: ['a'], labels: ['*'] }).incident(lost)).toBe(lost);
  });
});

test('the description names labels, and of patterns only how many there are', () => {
  expect(compile({}).description).toBeUndefined();
  expect(compile({ patterns: ['hunter2'] }).description).toBe('what a pattern matches');
  expect(compile({ patterns: ['hunter2', 'b'], labels: ['key', 'a"*'], execCommands: true }).description).toBe(
    'what 2 patterns match; the labels "key", "a\\"*"; the commands of exec and of containers',
  );
});

test.each([
  [{ patterns: [''] }, '--redact: the pattern is empty'],
  [{ patterns: ['ok', 'a(b'] }, "--redact 'a(b': missing ): a(b: correct it"],
  [{ patterns: ['a(?=b)'] }, 'invalid perl operator: (?='],
  [{ patterns: ['(a)\\1'] }, 'invalid escape sequence: \\1'],
  [{ patterns: ['x*'] }, "--redact 'x*': it matches where there is nothing"],
  [{ patterns: ['a|'] }, 'it matches where there is nothing'],
  [{ patterns: ['\\b'] }, 'it matches where there is nothing'],
  [{ patterns: ['$'] }, 'it matches where there is nothing'],
  [{ labels: ['a', ''] }, '--redact-label: the key is empty'],
  [{ labels: ['a*b'] }, "--redact-label 'a*b': * can only stand at the end"],
  [{ labels: ['a**'] }, "--redact-label 'a**': * can only stand at the end"],
])('%j is wrong use', (options, message) => {
  expect(() => compile(options)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(message) }),
  );
});
