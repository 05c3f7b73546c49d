import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureWriter } from '#docktape/capture/writer.js';
import type { Bench } from './bench.js';
import { eventBatches } from './events.js';

/** Records the bench's events into a fresh capture, as fast as the writer takes them. Gives back how many. */
export async function recordInto(path: string, events: number): Promise<number> {
  rmSync(path, { force: true });
  const writer = await CaptureWriter.open(path, { how: 'record' });
  for (const batch of eventBatches(events)) {
    if (!writer.write(batch)) await writer.drained();
  }
  return (await writer.close()).events;
}

/** The path of a capture with the bench's events. */
export async function recordedCapture({ folder, events }: Bench): Promise<string> {
  const path = join(folder, 'events.db');
  await recordInto(path, events);
  return path;
}
