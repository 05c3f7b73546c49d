import { expect, it } from 'vitest';
import { Backoff } from '#docktape/docker/feed/backoff.js';

it('waits between a half and the whole of 50 ms, then twice that, up to 30 s', () => {
  const backoff = new Backoff();
  const bounds = [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000];
  for (const bound of bounds) {
    const wait = backoff.next();
    expect(wait).toBeGreaterThan(bound / 2);
    expect(wait).toBeLessThanOrEqual(bound);
  }
});

it('begins anew after a success', () => {
  const backoff = new Backoff();
  for (let tries = 0; tries < 8; tries += 1) backoff.next();
  backoff.reset();
  expect(backoff.next()).toBeLessThanOrEqual(50);
});

it('does not wait equally long each time', () => {
  const waits = Array.from({ length: 20 }, () => new Backoff().next());
  expect(new Set(waits).size).toBeGreaterThan(1);
});
