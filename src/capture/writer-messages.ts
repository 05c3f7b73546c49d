import type { GapInfo, SessionDaemon, SessionInfo } from './session.js';
import type { SessionEnd, SessionSummary } from './session-writer.js';
import type { Durability, Rotation } from './writing/writer-options.js';

/** What the writer's thread is started with. */
export interface WriterJob {
  readonly path: string;
  readonly info: SessionInfo;
  readonly isAtomic: boolean;
  readonly durability: Durability;
  /** Whether a capture that cannot be written for a while is waited for. */
  readonly retry: boolean;
  readonly rotation?: Rotation;
}

/** The contexts of a batch. Each is sent once and then known by its number, from 1 on. */
export interface SentContexts {
  /** Whether counting begins anew with this batch. */
  readonly isAnew: boolean;
  /** Those that get the next numbers. */
  readonly added: readonly Uint8Array[];
  /** For each line the number of its context; 0 for none. */
  readonly numbers: Uint32Array;
}

/** To the writer's thread. The order is the order in the capture. */
export type WriterRequest =
  | {
      readonly kind: 'lines';
      readonly lines: Uint8Array;
      readonly times: BigInt64Array;
      readonly count: number;
      readonly contexts?: SentContexts;
    }
  | { readonly kind: 'gap'; readonly gap: GapInfo }
  | { readonly kind: 'daemon'; readonly daemon: SessionDaemon }
  | { readonly kind: 'finish'; readonly end: SessionEnd }
  | { readonly kind: 'abort' };

/** From the writer's thread. `finished`, `aborted` and `failed` are its last words. */
export type WriterReply =
  | { readonly kind: 'opened'; readonly session: number }
  /** Bytes that the thread does not keep any more, and events that were committed since it last said so. */
  | { readonly kind: 'saved'; readonly bytes: number; readonly events: number }
  /** The capture cannot be written, and is waited for, because of this; nothing when it is written again. */
  | { readonly kind: 'waiting'; readonly problem: string | undefined }
  | { readonly kind: 'log'; readonly severity: 'warning' | 'info'; readonly text: string }
  | { readonly kind: 'finished'; readonly summary: SessionSummary }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly message: string };
