/** Clocks that are this near to each other are taken for the same: an answer's date has no more than seconds, and takes its time. */
const SAME = 2_000_000_000n;

const SECOND = 1_000_000_000n;

/** A daemon's clock beside ours, in nanoseconds since the epoch. */
export interface DaemonClock {
  /** When the daemon answered by its own clock, or up to a second before. */
  readonly answered: bigint;
  /** By how much its clock is ahead of ours, or up to a second less; 0 where they seem to be the same. */
  readonly ahead: bigint;
}

/**
 * @param date the answer's `Date`, when it has one
 * @param received when the answer came by our clock
 */
export function daemonClock(date: string | undefined, received: bigint): DaemonClock {
  const milliseconds = Date.parse(date ?? '');
  if (Number.isNaN(milliseconds)) return { answered: received - SECOND, ahead: 0n };
  const answered = BigInt(milliseconds) * 1_000_000n;
  const ahead = answered - received;
  return { answered, ahead: ahead < SAME && ahead > -SAME ? 0n : ahead };
}

/** A time of our clock by the daemon's; rather too early than too late. */
export function onDaemonClock(time: bigint, { ahead }: DaemonClock): bigint {
  return ahead === 0n ? time : time + ahead - SECOND;
}
