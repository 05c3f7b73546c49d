/**
 * Events as they came off the wire: whole lines, each with its newline, and the time of each. The unit in which events
 * move from the daemon to the capture or to the plugin; nobody re-serialises a line.
 */
export interface LineBatch {
  /** `count` lines, each ended by 0x0A, byte for byte as the daemon sent them. */
  readonly lines: Buffer;
  /** Nanoseconds since the epoch, one for each line: its `timeNano`, else its `time`, else when it arrived. */
  readonly times: BigInt64Array;
  readonly count: number;
}
