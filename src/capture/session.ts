/** Which daemon a session's events come from, as far as it is known. */
export interface SessionDaemon {
  /** The daemon's address, or the name of the imported file. */
  readonly endpoint?: string;
  readonly daemonId?: string;
  readonly engineVersion?: string;
  readonly apiVersion?: string;
}

/** What is known of a session when it begins. */
export interface SessionInfo extends SessionDaemon {
  readonly how: 'record' | 'import';
  /** When it began, nanoseconds since the epoch; now when left out. */
  readonly started?: bigint;
  /** The name of the machine that recorded. */
  readonly hostName?: string;
  /** The condition that selected what was recorded (`--where`). */
  readonly condition?: string;
  /** What was redacted before it was written; absent when nothing was. */
  readonly redaction?: string;
}

/** A session as a capture keeps it: one run of `record` or `import`. */
export interface Session extends SessionInfo {
  /** 1 for a capture's first session. */
  readonly id: number;
  readonly started: bigint;
  /** Absent while it is being recorded, and for good when the recorder was killed. */
  readonly ended?: bigint;
  /** Whether it ended as it was meant to, and not by an error or a crash. */
  readonly clean: boolean;
  /** The version of docktape that wrote it. */
  readonly docktape: string;
  /** The white space that followed the last event in the imported file: a newline, most often. */
  readonly tail: string;
  /** Whether events of other sessions stand between its own: captures were merged. */
  readonly interleaved: boolean;
}

/** A stretch of time in which events were lost, or may have been. */
export interface GapInfo {
  /** Nanoseconds since the epoch, as far as they are known. */
  readonly from?: bigint;
  readonly to?: bigint;
  readonly reason: string;
  /** Whether it is certain that events were lost, or only possible. */
  readonly certain: boolean;
}

/** A gap as a capture keeps it. */
export interface Gap extends GapInfo {
  readonly session: number;
  /** The last event before the gap; 0 when there is none. */
  readonly afterSeq: number;
}
