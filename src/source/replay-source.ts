import { setImmediate as nextTurn } from 'node:timers/promises';
import { CaptureReader } from '../capture/reader.js';
import type { FrameOutput } from './frame-output.js';
import type { ReplayParams } from './open-params.js';
import { Pace } from './pace.js';

/**
 * Replays a capture to the plugin, then ends the stream. It reads on only when the plugin has taken what came before.
 *
 * @param skip how many events of the selection to leave out at their start
 * @throws DocktapeError `CAPTURE` when the file is no capture or is damaged
 */
export async function replayCapture(output: FrameOutput, params: ReplayParams, skip: number): Promise<void> {
  const reader = CaptureReader.open(params.path);
  try {
    const total = reader.count(params.selection);
    output.opened(`replay of ${params.path}, ${total} events`, total);
    const pace = params.speed === 'max' ? undefined : new Pace(params.speed);
    for (const page of reader.pages(params.selection, { skip })) {
      for await (const { count, bytes } of pace ? pace.dueParts(page) : [page]) {
        const hasRoom = output.timedLines(bytes, count);
        // Reading is synchronous: without a turn of the event loop the end of the plugin would not be noticed.
        await (hasRoom ? nextTurn() : output.drained());
      }
    }
  } finally {
    reader.close();
  }
  output.end();
}
