import type { Readable } from 'node:stream';

/** Calls `onSilence` once none of the streams has given anything for `limit` milliseconds, unless `excused` says why. */
export class SilenceWatch {
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(streams: readonly Readable[], limit: number | undefined, excused: () => boolean, onSilence: () => void) {
    if (limit === undefined) return;
    const timer = setTimeout(() => (excused() ? timer.refresh() : onSilence()), limit);
    this.#timer = timer;
    for (const stream of streams) stream.on('data', () => timer.refresh());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
