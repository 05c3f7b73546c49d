import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { CaptureReader } from '../capture/reader.js';
import { DocktapeError } from '../errors.js';
import type { FrameOutput } from './frame-output.js';
import type { ReplayParams } from './open-params.js';

/** The bytes at which a paced frame is full. */
const FRAME_BYTES = 256 * 1024;

/** No timer of Node is longer than 2^31 ms. */
const LONGEST_SLEEP_MS = 86_400_000;

/**
 * Replays a capture to the plugin, then ends the stream. It reads on only when the plugin has taken what came before.
 *
 * @param skip how many events of the selection to leave out at its start
 * @throws DocktapeError `CAPTURE` when the file is no capture or is damaged
 */
export async function replayCapture(output: FrameOutput, params: ReplayParams, skip: number): Promise<void> {
  const reader = CaptureReader.open(params.path);
  try {
    const total = reader.count(params.selection);
    output.opened(`replay of ${params.path}, ${total} events`, total);
    if (params.speed === 'max') await sendPages(output, reader, params, skip);
    else await sendPaced(output, reader, params, params.speed, skip);
  } finally {
    reader.close();
  }
  output.end();
}

async function sendPages(
  output: FrameOutput,
  reader: CaptureReader,
  params: ReplayParams,
  skip: number,
): Promise<void> {
  for (const { count, bytes } of reader.pages(params.selection, { skip })) {
    const hasRoom = output.timedLines(bytes, count);
    if (!hasRoom) await output.drained();
    // Reading is synchronous: without a turn of the event loop the end of the plugin would not be noticed.
    else await nextTurn();
  }
}

/** Sends each event when it is due: as long after the first one as it was recorded after it, divided by `speed`. */
async function sendPaced(
  output: FrameOutput,
  reader: CaptureReader,
  params: ReplayParams,
  speed: number,
  skip: number,
): Promise<void> {
  let number = 0;
  let first: { readonly ts: bigint; readonly at: number } | undefined;
  let due: Buffer[] = [];
  let dueBytes = 0;
  const flush = async () => {
    if (due.length === 0) return;
    const hasRoom = output.timedLines(Buffer.concat(due), due.length);
    due = [];
    dueBytes = 0;
    if (!hasRoom) await output.drained();
  };
  for (const { seq, ts, payload } of reader.events(params.selection)) {
    number += 1;
    if (number <= skip) continue;
    first ??= { ts, at: performance.now() };
    const at = first.at + Number(ts - first.ts) / 1e6 / speed;
    if (at > performance.now()) await flush();
    for (let wait = at - performance.now(); wait > 0; wait = at - performance.now()) {
      await sleep(Math.min(wait, LONGEST_SLEEP_MS));
    }
    const line = timedLine(seq, ts, payload, params.path);
    due.push(line);
    dueBytes += line.length;
    if (dueBytes >= FRAME_BYTES) await flush();
  }
  await flush();
}

function timedLine(seq: number | bigint, ts: bigint, payload: Buffer, path: string): Buffer {
  if (payload.includes(0x0a)) {
    throw new DocktapeError(
      'CAPTURE',
      `${path}: event ${seq} contains a newline, so the capture is damaged: record it again`,
    );
  }
  return Buffer.concat([Buffer.from(`${ts} `), payload, Buffer.from('\n')]);
}
