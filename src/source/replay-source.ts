import { CaptureReader } from '../capture/reader.js';
import type { FrameOutput } from './frame-output.js';
import { giveBack } from './give-back.js';
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
    let sent = Promise.resolve();
    for (const page of reader.pages(params.selection, { skip })) {
      for await (const part of pace ? pace.dueParts(page) : [page]) {
        const sending = output.timedLines(part);
        // While the plugin takes one part, the next is read; more than two never wait.
        await sent;
        sent = sending;
      }
      sent = sent.then(() => giveBack(page.bytes));
    }
  } finally {
    reader.close();
  }
  output.end();
}
