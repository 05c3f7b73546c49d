import { join } from 'node:path';
import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, median } from '../bench.js';
import { recordedCapture } from '../capture.js';
import { childOf, MemoryWatch } from '../memory.js';
import type { Row } from '../row.js';

/** One replay at full speed. @returns the peak resident set of the source host, in MB */
async function replayMemory(bench: Bench): Promise<number> {
  const { pid, output } = bench.startNative('replay', [captureParams(await bench.once(recordedCapture))]);
  const watch = new MemoryWatch(() => childOf(pid));
  await output.finally(() => watch.end());
  return watch.end();
}

export const hostMemory: Row = {
  name: 'host-memory',
  title: 'peak memory of a replaying source host',
  unit: 'MB',
  target: { atMost: 90 },
  measure: (bench) => median(() => replayMemory(bench)),
};

export const liveOpen: Row = {
  name: 'live-open',
  title: 'live: open, to the first word of the source host',
  unit: 'ms',
  note: 'with no daemon there, so it is the start of the host and its Docker client',
  measure: (bench) =>
    median(async () => {
      const { seconds } = await bench.runNative('open', [`unix://${join(bench.folder, 'nobody.sock')}`]);
      return Number(seconds) * 1000;
    }),
};
