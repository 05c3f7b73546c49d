import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, median } from '../bench.js';
import { recordedCapture } from '../capture.js';
import type { Row } from '../row.js';

/** One replay of the capture into the C program, which sees what Falco would see. */
async function replay(bench: Bench) {
  const path = await bench.once(recordedCapture);
  const { events, openToFirst, firstToEnd } = await bench.runNative('replay', [captureParams(path)]);
  return { perSecond: Number(events) / Number(firstToEnd), openMs: Number(openToFirst) * 1000 };
}

export const replayAbi: Row = {
  name: 'replay-abi',
  title: 'replay through the plugin ABI into C',
  unit: 'events/s',
  target: { atLeast: 1_000_000 },
  measure: (bench) => median(async () => (await replay(bench)).perSecond),
};

export const replayOpen: Row = {
  name: 'replay-open',
  title: 'replay: open to the first event',
  unit: 'ms',
  target: { atMost: 150 },
  measure: (bench) => median(async () => (await replay(bench)).openMs),
};
