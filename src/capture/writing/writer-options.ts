/**
 * What a commit survives. `normal`: the end of this process, however it ends. `full`: the end of the machine's power as
 * well; each commit waits for the disk then.
 */
export type Durability = 'normal' | 'full';

/** A bound on captures, of which either part may be left out; what reaches one of them has reached the bound. */
export interface Bound {
  /** Nanoseconds. */
  readonly age?: bigint;
  readonly bytes?: number;
}

/** Long recordings as many captures of a bounded size. */
export interface Rotation {
  /** When a capture is closed, renamed (see closed-captures.ts), and a new one is begun at its path. */
  readonly every: Bound;
  /** Which of the closed captures stay: those younger than the age, and so many of the newest that they fit the bytes. All when left out. */
  readonly keep?: Bound;
}
