import { describe, expect, it } from 'vitest';
import { Subject } from '#docktape/docker/enrichment/subject.js';
import { SubjectCache } from '#docktape/docker/enrichment/subject-cache.js';
import { viewOf } from '#docktape/docker/literal.js';
import { containerId } from './support/answers.js';

const MIB = 1024 * 1024;

const subject = (key: string) => new Subject('container', key, key, () => undefined);

function newCache() {
  const forgotten: string[] = [];
  const cache = new SubjectCache<Subject>(({ key }) => forgotten.push(key));
  return { cache, forgotten };
}

/** Looks for a key as it stands in the middle of a line. */
const find = (cache: SubjectCache<Subject>, key: string) => cache.find(viewOf(Buffer.from(`{"ID":"${key}"}`)), 7);

describe('a cache', () => {
  it('finds by key and in lines', () => {
    const { cache } = newCache();
    const [first, second] = [cache.add(subject(containerId(1))), cache.add(subject(containerId(2)))];
    expect(cache.get(containerId(1))).toBe(first);
    expect(find(cache, containerId(2))).toBe(second);
    expect(find(cache, containerId(3))).toBeUndefined();
    expect(cache.take(containerId(2))).toBe(second);
    expect(find(cache, containerId(2))).toBeUndefined();
    expect(cache.get(containerId(2))).toBeUndefined();
    cache.clear();
    expect(find(cache, containerId(1))).toBeUndefined();
  });

  it('does not take one for another whose ID begins alike', () => {
    const { cache } = newCache();
    const begin = 'a'.repeat(63);
    const [first, second] = [cache.add(subject(`${begin}1`)), cache.add(subject(`${begin}2`))];
    // Only one of them has the place in the index; the other one is found by its key.
    expect([undefined, first]).toContain(find(cache, `${begin}1`));
    expect([undefined, second]).toContain(find(cache, `${begin}2`));
    expect(cache.get(`${begin}1`)).toBe(first);
    cache.take(`${begin}1`);
    expect(find(cache, `${begin}1`)).toBeUndefined();
    expect(cache.get(`${begin}2`)).toBe(second);
  });

  it('keeps IDs of any length', () => {
    const { cache } = newCache();
    const short = cache.add(subject('ab'));
    expect(cache.get('ab')).toBe(short);
    expect(cache.take('ab')).toBe(short);
    expect(cache.get('ab')).toBeUndefined();
  });

  it('forgets what was not needed, when there are too many', () => {
    const { cache, forgotten } = newCache();
    for (let number = 0; number < 10_000; number += 1) cache.add(subject(containerId(number)));
    cache.get(containerId(0));
    find(cache, containerId(1));
    cache.add(subject(containerId(10_000)));
    cache.add(subject(containerId(10_001)));
    expect(forgotten).toEqual([containerId(2), containerId(3)]);
    expect(cache.get(containerId(0))).toBeDefined();
  });

  it('keeps the newest when all were needed', () => {
    const { cache, forgotten } = newCache();
    for (let number = 0; number < 10_000; number += 1) cache.get(cache.add(subject(containerId(number))).key);
    const newest = cache.add(subject(containerId(10_000)));
    expect(forgotten).toEqual([containerId(0)]);
    expect(cache.get(newest.key)).toBe(newest);
  });

  it('keeps what has just become known when all others were needed', () => {
    const { cache, forgotten } = newCache();
    const [first, second] = ['a', 'b'].map((key) => cache.add(subject(key)));
    cache.weigh(first as Subject, 40 * MIB);
    cache.get('a');
    cache.weigh(second as Subject, 40 * MIB);
    expect(forgotten).toEqual(['a']);
  });

  it('forgets when what is known takes too much', () => {
    const { cache, forgotten } = newCache();
    const [first, second, third] = ['a', 'b', 'c'].map((key) => cache.add(subject(key)));
    cache.weigh(first as Subject, 30 * MIB);
    cache.weigh(second as Subject, 30 * MIB);
    cache.weigh(second as Subject, 20 * MIB);
    expect(forgotten).toEqual([]);
    cache.weigh(third as Subject, 30 * MIB);
    expect(forgotten).toEqual(['a']);
    cache.weigh(first as Subject, 500 * MIB);
    expect(forgotten).toEqual(['a']);
  });
});
