import { describe, expect, it } from 'vitest';
import { engineDifferences } from '#docktape/regression/run/engine-differences.js';
import { alert } from '../judge/cases.js';

const [one, two, three] = [alert('Shell', 1), alert('Kill', 2), alert('Shell', 3)];

describe('01 alike', () => {
  it('are no alerts at all, and the same alerts', () => {
    expect(engineDifferences([], [])).toEqual([]);
    expect(engineDifferences([one, two, three], [{ ...one }, { ...two }, { ...three }])).toEqual([]);
  });

  it('are fields with equal values, whatever order they are in', () => {
    const fields = { a: 9_007_199_254_740_993n, b: null, c: ['x', 1n], d: true };
    const other = { d: true, c: ['x', 1n], b: null, a: 9_007_199_254_740_993n };
    expect(engineDifferences([alert('Shell', 1, { fields })], [alert('Shell', 1, { fields: other })])).toEqual([]);
  });

  it('are several rules on one event in the same order', () => {
    const all = [alert('Shell', 1), alert('Kill', 1), alert('Shell', 2)];
    expect(engineDifferences(all, [...all])).toEqual([]);
  });
});

describe('02 alerts of one engine only', () => {
  it('are named with the text on the side that has them, by event', () => {
    expect(engineDifferences([one, three], [one, two])).toEqual([
      { rule: 'Kill', event: 2, kind: 'falco', embedded: ['no alert'], falco: ['Kill on 2'] },
      { rule: 'Shell', event: 3, kind: 'embedded', embedded: ['Shell on 3'], falco: ['no alert'] },
    ]);
  });

  it('are all where the other engine is silent', () => {
    expect(engineDifferences([], [one, two, three]).map(({ kind, event }) => [kind, event])).toEqual([
      ['falco', 1],
      ['falco', 2],
      ['falco', 3],
    ]);
    expect(engineDifferences([one, two, three], []).map(({ kind }) => kind)).toEqual([
      'embedded',
      'embedded',
      'embedded',
    ]);
  });

  it('can be of another rule on the same event', () => {
    expect(engineDifferences([alert('Shell', 5)], [alert('Kill', 5)]).map(({ kind, rule }) => [kind, rule])).toEqual([
      ['embedded', 'Shell'],
      ['falco', 'Kill'],
    ]);
  });

  it('can be a second alert like the first', () => {
    expect(engineDifferences([one], [one, one])).toEqual([
      { rule: 'Shell', event: 1, kind: 'falco', embedded: ['no alert'], falco: ['Shell on 1'] },
    ]);
    expect(engineDifferences([one, one, one], [one, one]).map(({ kind }) => kind)).toEqual(['embedded']);
  });

  it('shift nothing that comes after them', () => {
    const many = Array.from({ length: 100 }, (_, i) => alert('Shell', i + 1));
    expect(engineDifferences(many, many.slice(1)).map(({ event }) => event)).toEqual([1]);
    expect(engineDifferences([...many.slice(0, 50), ...many.slice(51)], many).map(({ event }) => event)).toEqual([51]);
  });
});

describe('03 alerts with another content', () => {
  const differing = (ours: object, theirs: object) =>
    engineDifferences([alert('Shell', 7, ours)], [alert('Shell', 7, theirs)]);

  it.each([
    ['priority', { priority: 'Notice' }, { priority: 'Warning' }, 'priority "Notice"', 'priority "Warning"'],
    ['tags', { tags: ['a'] }, { tags: ['a', 'b'] }, 'tags ["a"]', 'tags ["a","b"]'],
    ['output', { output: 'x' }, { output: 'x ' }, 'output "x"', 'output "x "'],
    ['time', { time: 1_700_000_000_000_000_001n }, { time: 2n }, 'time 1700000000000000001', 'time 2'],
    ['a field', { fields: { f: '1' } }, { fields: { f: 1n } }, 'f "1"', 'f 1'],
    ['an absent field', { fields: { f: null } }, { fields: { f: '' } }, 'f null', 'f ""'],
    ['a field of one engine', { fields: {} }, { fields: { f: null } }, 'f not there', 'f null'],
    ['a list', { fields: { f: ['a', 'b'] } }, { fields: { f: ['b', 'a'] } }, 'f ["a","b"]', 'f ["b","a"]'],
    [
      'a number beyond 2^53',
      { fields: { f: 9_007_199_254_740_993n } },
      { fields: { f: 9_007_199_254_740_992n } },
      'f 9007199254740993',
      'f 9007199254740992',
    ],
  ])('%s', (_, ours, theirs, embedded, falco) => {
    expect(differing(ours, theirs)).toEqual([
      { rule: 'Shell', event: 7, kind: 'content', embedded: [embedded], falco: [falco] },
    ]);
  });

  it('name everything that differs, and nothing that does not', () => {
    const [difference] = differing(
      { output: 'x', fields: { a: '1', b: 'same', c: '3' } },
      { output: 'y', fields: { a: '2', b: 'same', d: '4' } },
    );
    expect(difference?.embedded).toEqual(['output "x"', 'a "1"', 'c "3"', 'd not there']);
    expect(difference?.falco).toEqual(['output "y"', 'a "2"', 'c not there', 'd "4"']);
  });

  it('show the whole when what differs has no name of its own', () => {
    expect(differing({ json: '{"hostname":"a"}' }, { json: '{"hostname":"b"}' })).toEqual([
      {
        rule: 'Shell',
        event: 7,
        kind: 'content',
        embedded: ['JSON {"hostname":"a"}'],
        falco: ['JSON {"hostname":"b"}'],
      },
    ]);
  });
});

describe('04 order', () => {
  it('is told once, where it begins to differ', () => {
    const [shell, kill] = [alert('Shell', 4), alert('Kill', 4)];
    expect(engineDifferences([one, shell, kill, alert('Shell', 5)], [one, kill, shell, alert('Shell', 5)])).toEqual([
      {
        rule: 'Shell',
        event: 4,
        kind: 'order',
        embedded: ['"Shell" on event 4 comes first'],
        falco: ['"Kill" on event 4 comes first'],
      },
    ]);
  });

  it('of events is told too', () => {
    expect(engineDifferences([one, two, three], [one, three, two]).map(({ kind, event }) => [kind, event])).toEqual([
      ['order', 2],
    ]);
  });

  it('is that of the alerts which both engines raised', () => {
    const differences = engineDifferences([one, two, three], [two, three]);
    expect(differences.map(({ kind }) => kind)).toEqual(['embedded']);
  });
});
