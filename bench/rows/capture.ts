import { statSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureReader } from '#docktape/capture/reader.js';
import { median, rate } from '../bench.js';
import { recordedCapture, recordInto } from '../capture.js';
import { lineBytes } from '../events.js';
import type { Row } from '../row.js';

export const record: Row = {
  name: 'record',
  title: 'record: lines into a capture, until it is closed',
  unit: 'events/s',
  target: { atLeast: 150_000 },
  measure: ({ folder, events }) => median(() => rate(() => recordInto(join(folder, 'record.db'), events))),
};

export const disk: Row = {
  name: 'disk',
  title: 'size of a closed capture',
  unit: 'of the JSON lines',
  target: { atMost: 1.15 },
  measure: async (bench) => statSync(await bench.once(recordedCapture)).size / (bench.events * lineBytes),
};

export const captureRead: Row = {
  name: 'capture-read',
  title: 'read a capture, page by page',
  unit: 'events/s',
  measure: async (bench) => {
    const path = await bench.once(recordedCapture);
    return median(() => rate(async () => readAll(path)));
  },
};

function readAll(path: string): number {
  const reader = CaptureReader.open(path);
  let events = 0;
  for (const { count } of reader.pages({})) events += count;
  reader.close();
  return events;
}
