import type { Socket } from 'node:net';
import type { EventPage } from '../capture/pages.js';
import type { LogSeverity } from '../docker/feed/daemon-feed.js';
import { FrameKind, frame, frameHeader, LogLevel } from './frames.js';

/** The host's way out: frames to the plugin, in order. */
export class FrameOutput {
  readonly #socket: Socket;
  readonly #logLevel: number;

  /** @param logLevel the highest number of severity that is sent */
  constructor(socket: Socket, logLevel: number) {
    this.#socket = socket;
    this.#logLevel = logLevel;
  }

  /** Bytes that wait because the plugin has not read what came before. */
  get queued(): number {
    return this.#socket.writableLength;
  }

  /** Source is open. `what` is a line for Falco's log; `total` the number of events, when they are counted. */
  opened(what: string, total?: number): void {
    this.#socket.write(frame(FrameKind.opened, JSON.stringify(total === undefined ? { what } : { what, total })));
  }

  /** A whole events frame. */
  events(bytes: Buffer): void {
    this.#socket.write(bytes);
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

  log(severity: LogSeverity, text: string): void {
    const level = LogLevel[severity];
    if (level <= this.#logLevel) this.#socket.write(frame(FrameKind.log, text, level));
  }

  stats(figures: { readonly queueBytes: number; readonly dropped: number }): void {
    this.#socket.write(frame(FrameKind.stats, JSON.stringify(figures)));
  }

  /** The last frame of a replay. */
  end(): void {
    this.#socket.end(frame(FrameKind.end));
  }

  /** The last frame of a source that cannot go on. Resolves when the plugin's side has it. */
  error(text: string): Promise<void> {
    return new Promise((resolve) => this.#socket.end(frame(FrameKind.error, text), resolve));
  }

  /** Calls back whenever the plugin has read all that waited. */
  onDrained(callback: () => void): void {
    this.#socket.on('drain', callback);
  }
}
