import type { GapInfo, SessionDaemon, SessionInfo } from './session.js';
import type { SessionEnd, SessionSummary } from './session-writer.js';

/** What the writer's thread is started with. */
export interface WriterJob {
  readonly path: string;
  readonly info: SessionInfo;
  readonly isAtomic: boolean;
}

/** To the writer's thread. The order is the order in the capture. */
export type WriterRequest =
  | { readonly kind: 'lines'; readonly lines: Uint8Array; readonly times: BigInt64Array; readonly count: number }
  | { readonly kind: 'gap'; readonly gap: GapInfo }
  | { readonly kind: 'daemon'; readonly daemon: SessionDaemon }
  | { readonly kind: 'finish'; readonly end: SessionEnd }
  | { readonly kind: 'abort' };

/** From the writer's thread. `finished`, `aborted` and `failed` are its last words. */
export type WriterReply =
  | { readonly kind: 'opened'; readonly session: number }
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'finished'; readonly summary: SessionSummary }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly message: string };
