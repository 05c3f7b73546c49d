import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, median } from '../bench.js';
import { recordedCapture } from '../capture.js';
import type { Row } from '../row.js';

/** One replay of the capture into the C program, which sees what Falco would see. */
async function replay(bench: Bench, library?: string) {
  const path = await bench.once(recordedCapture);
  const { events, openToFirst, firstToEnd } = await bench.runNative('replay', [captureParams(path)], library);
  return { perSecond: Number(events) / Number(firstToEnd), openMs: Number(openToFirst) * 1000 };
}

/** Milliseconds from open to the first event, by the plugin library that the build made or by another one. */
export async function openToFirst(bench: Bench, library?: string): Promise<number> {
  return (await replay(bench, library)).openMs;
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
  measure: (bench) => median(() => openToFirst(bench)),
};

/** Events a second of a replay into Node, from the first batch to the end. */
async function replayIntoNode(bench: Bench): Promise<number> {
  const path = await bench.once(recordedCapture);
  const plugin = LoadedPlugin.load(libraryPath());
  plugin.init();
  let events = 0;
  let start: number | undefined;
  for await (const batch of batches(plugin, captureParams(path))) {
    start ??= performance.now();
    events += batch.count;
  }
  const seconds = (performance.now() - (start ?? 0)) / 1000;
  await plugin.destroy();
  if (events !== bench.events) throw new Error(`${events} events were replayed, not ${bench.events}`);
  return events / seconds;
}

export const replayNode: Row = {
  name: 'replay-node',
  title: 'replay through the addon into Node, no rules',
  unit: 'events/s',
  measure: (bench) => median(() => replayIntoNode(bench)),
};
