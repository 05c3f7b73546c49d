import { expect, it } from 'vitest';
import { daemonClock, onDaemonClock } from '#docktape/docker/feed/daemon-clock.js';

const SECOND = 1_000_000_000n;
const RECEIVED = 1_700_000_000n * SECOND;

const dateAt = (time: bigint) => new Date(Number(time / 1_000_000n)).toUTCString();

it.each([-1n, 0n, 1n])('clocks are the same that are %d s apart', (seconds) => {
  const time = RECEIVED + seconds * SECOND;
  expect(daemonClock(dateAt(time), RECEIVED)).toEqual({ answered: time, ahead: 0n });
});

it.each([-3_600n, -2n, 2n, 3_600n])('and another one when it is %d s ahead', (seconds) => {
  const time = RECEIVED + seconds * SECOND;
  const clock = daemonClock(dateAt(time), RECEIVED);
  expect(clock).toEqual({ answered: time, ahead: seconds * SECOND });
  expect(onDaemonClock(RECEIVED - 5n, clock)).toBe(time - 5n - SECOND);
});

it.each([undefined, '', 'yesterday'])('without a date (%s) ours stands for it', (date) => {
  const clock = daemonClock(date, RECEIVED);
  expect(clock).toEqual({ answered: RECEIVED - SECOND, ahead: 0n });
  expect(onDaemonClock(RECEIVED, clock)).toBe(RECEIVED);
});
