import type { Writable } from 'node:stream';
import type { EventPage } from '../capture/pages.js';
import { FrameKind, frame, frameHeader } from './frames.js';

/** The host's way out: frames to the plugin, in order. */
export class FrameOutput {
  readonly #socket: Writable;
  /** The source's newest figures, as {@link stats} was given them. */
  #stats = '{}';

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  /** Source is open. `what` is a line for Falco's log; `total` the number of events, when they are counted. */
  opened(what: string, total?: number): void {
    this.#socket.write(frame(FrameKind.opened, JSON.stringify(total === undefined ? { what } : { what, total })));
  }

  /** A frame with the source's newest figures, which is to be sent next. */
  stats(figures: string): Buffer {
    this.#stats = figures;
    return frame(FrameKind.stats, figures);
  }

  /** Tells the plugin that the host lives, by the figures that it knows already, unless it hears something else just now. */
  signOfLife(): void {
    if (this.#socket.writable && this.#socket.writableLength === 0)
      this.#socket.write(frame(FrameKind.stats, this.#stats));
  }

  /**
   * Whole frames. Returns true when they are gone at once; else the bytes must stay as they are until `onGone` is called.
   */
  send(frames: Buffer, onGone: () => void): boolean {
    let isGone = false;
    this.#socket.write(frames, () => {
      if (!isGone) onGone();
    });
    isGone = this.#socket.writableLength === 0;
    return isGone;
  }

  /** Lines that have their times before them already. Resolves when none of them waits any longer. */
  timedLines({ bytes, count }: EventPage): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.cork();
      this.#socket.write(frameHeader(FrameKind.events, bytes.length, count));
      this.#socket.write(bytes, () => resolve());
      this.#socket.uncork();
    });
  }

  /** The last frame of a replay. */
  end(): void {
    this.#socket.end(frame(FrameKind.end));
  }

  /** The last frame of a source that cannot go on. Resolves when the plugin's side has it. */
  error(text: string): Promise<void> {
    return new Promise((resolve) => this.#socket.end(frame(FrameKind.error, text), resolve));
  }
}
