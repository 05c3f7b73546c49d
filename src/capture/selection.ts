/** Which events of a capture are meant. Times are nanoseconds since the epoch, both inclusive. */
export interface Selection {
  readonly since?: bigint;
  readonly until?: bigint;
  /** A session's number, or the newest one. Without it, all. */
  readonly session?: number | 'last';
}
