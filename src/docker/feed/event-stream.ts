import type { Readable } from 'node:stream';
import { messageOf } from '../../errors.js';
import { now } from '../../time.js';
import { explainFailure } from '../daemon-error.js';
import { batchOf } from '../event-time.js';
import type { LineBatch } from '../line-batch.js';
import { LineSplitter } from '../line-splitter.js';

/** How an event stream came to its end. */
export interface StreamEnd {
  /** Whether the daemon ended it, and behind a line, as it does at `until` and when newer ones shut down. */
  readonly clean: boolean;
  readonly reason: string;
  /** Where it broke off inside a line, the beginning of that line. */
  readonly partial?: Buffer;
}

/** How many bytes of a line that broke off are kept: enough to know it again. */
const MOST_PARTIAL = 64 * 1024;

/**
 * How much is read in one turn of the event loop. The loop would take 2 MiB of a fast daemon before it lets go of 200 KiB to
 * the plugin, and a queue would fill though the plugin is fast enough. Turns take microseconds, so the daemon waits for none.
 */
const TURN_BYTES = 128 * 1024;

/**
 * Reads a stream of events to its end and hands on its lines as they come. It never waits for whoever takes them: a
 * daemon drops events for a reader that does not keep up, and slows down for it.
 *
 * End, error and close are one transition, since engines differ in which of them they cause when they shut down.
 */
export function readEvents(response: Readable, onLines: (batch: LineBatch) => void): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const splitter = new LineSplitter();
    let clean = false;
    let reason = 'the daemon ended the stream';
    let turnBytes = 0;
    const endTurn = () => {
      turnBytes = 0;
      response.resume();
    };
    response.on('data', (chunk: Buffer) => {
      if (turnBytes === 0) setImmediate(endTurn);
      turnBytes += chunk.length;
      if (turnBytes >= TURN_BYTES) response.pause();
      let block: Buffer | undefined;
      try {
        block = splitter.push(chunk);
      } catch (error) {
        response.destroy();
        reason = messageOf(error);
        return;
      }
      if (block) onLines(batchOf(block, now()));
    });
    response.on('end', () => {
      clean = true;
    });
    response.on('error', (error) => {
      reason = explainFailure(error).reason;
    });
    response.on('close', () => {
      const isCut = splitter.pending > 0;
      resolve({ clean: clean && !isCut, reason, ...(isCut ? { partial: splitter.partial(MOST_PARTIAL) } : {}) });
    });
  });
}
