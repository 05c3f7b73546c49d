import { describe, expect, it, test } from 'vitest';
import { exitCodeIn, longestUptime } from '#docktape/docker/containers/status-text.js';

const second = 1_000_000_000n;
const minute = 60n * second;
const hour = 60n * minute;
const day = 24n * hour;

/** `units.HumanDuration` of go-units, by its documentation and source: what Docker writes for a time. */
function humanDuration(nanos: bigint): string {
  const seconds = Number(nanos) / 1e9;
  const hours = Math.floor(seconds / 3600 + 0.5);
  if (seconds < 1) return 'Less than a second';
  if (seconds < 2) return '1 second';
  if (seconds < 60) return `${Math.floor(seconds)} seconds`;
  if (seconds < 120) return 'About a minute';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} minutes`;
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(seconds / 3600 / 24 / 365)} years`;
}

describe('the longest time that a container has been up', () => {
  test.each([
    ['Up Less than a second', second],
    ['Up 1 second', 2n * second],
    ['Up 59 seconds', minute],
    ['Up About a minute', 2n * minute],
    ['Up 5 minutes (healthy)', 6n * minute],
    ['Up 5 minutes (health: starting)', 6n * minute],
    ['Up 3 hours (Paused)', 4n * hour],
    ['Up About an hour (unhealthy)', 2n * hour],
    ['Up 3 days', 4n * day],
    ['Up 2 weeks', 21n * day],
    ['Up 2 years', 3n * 365n * day],
  ])('%s', (status, longest) => expect(longestUptime(status)).toBe(longest));

  it.each([
    '',
    'Created',
    'Dead',
    'Up',
    'Up since yesterday',
    'Exited (0) 5 minutes ago',
    'Up 5 constructors',
    'Up 99999999999 seconds',
    'Up 5 minutes and more',
  ])('is not in %j', (status) => expect(longestUptime(status)).toBeUndefined());

  it('is never shorter than the time itself, whatever it is', () => {
    for (let time = 1n; time < 4n * 365n * day; time += time / 50n + 1n) {
      const longest = longestUptime(`Up ${humanDuration(time)}`);
      expect(longest, humanDuration(time)).toBeGreaterThan(time);
      // Nor so much longer that it says nothing.
      expect(longest, humanDuration(time)).toBeLessThanOrEqual(3n * time + second);
    }
  });
});

test.each([
  ['Exited (137) 2 hours ago', 137],
  ['Exited (0) Less than a second ago', 0],
  ['Exited (-1) 2 hours ago', -1],
  ['Restarting (1) 5 seconds ago', 1],
  ['Up 5 minutes', undefined],
  ['Created', undefined],
  ['Removal In Progress', undefined],
])('the exit code in %s', (status, code) => expect(exitCodeIn(status)).toBe(code));
