import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureReader } from '#docktape/capture/reader.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, middle } from '../bench.js';
import { recordedCapture } from '../capture.js';
import { firstEventOnly } from '../events.js';
import type { Falco } from '../falco.js';
import type { Row } from '../row.js';
import { rulesFile } from '../rules.js';

const rounds = 3;

/** Seconds that Falco takes for the events, from a capture and from memory, in turns. */
interface Round {
  readonly capture: number;
  readonly memory: number;
}

/** The events as lines `TIME PAYLOAD`. @returns the path */
async function linesFile(bench: Bench): Promise<string> {
  const path = join(bench.folder, 'timed-lines');
  const file = openSync(path, 'w');
  const reader = CaptureReader.open(await bench.once(recordedCapture));
  for (const { bytes } of reader.pages({})) writeSync(file, bytes);
  reader.close();
  closeSync(file);
  return path;
}

async function run(bench: Bench, falco: Falco): Promise<Round[]> {
  const capture = await bench.once(recordedCapture);
  const lines = await bench.once(linesFile);
  const rules = join(bench.folder, 'from-memory.yaml');
  writeFileSync(rules, rulesFile(1));
  const options = ['-shared', '-fPIC', `-DLIBRARY="${libraryPath()}"`];
  const memoryPlugin = bench.compiled('memory_plugin', options);
  const seconds = async (first: string, all: string, library?: string) => {
    const start = (await falco.run(bench.folder, first, rules, library)).seconds;
    return (await falco.run(bench.folder, all, rules, library)).seconds - start;
  };
  const done: Round[] = [];
  while (done.length < rounds) {
    done.push({
      memory: await seconds(`memory:${lines}?first`, `memory:${lines}`, memoryPlugin),
      capture: await seconds(captureParams(capture, firstEventOnly), captureParams(capture)),
    });
  }
  return done;
}

/** What a replay takes of Falco's speed: the same plugin, extractor and rule, with events that are in memory already. */
export function falcoReplayRows(falco: Falco): Row[] {
  const runs = (bench: Bench) => run(bench, falco);
  const memory: Row = {
    name: 'falco-memory',
    title: `Falco ${falco.version} fed from memory, 1 rule of three terms`,
    unit: 'events/s',
    measure: async (bench) => bench.events / middle((await bench.once(runs)).map(({ memory }) => memory)),
  };
  const ratio: Row = {
    name: 'falco-replay',
    title: 'replay through Falco, of Falco fed from memory, 1 rule',
    unit: 'times',
    target: { atLeast: 0.9 },
    note: "from Falco's start to its end, less the same with a single event; in turns",
    measure: async (bench) => middle((await bench.once(runs)).map(({ memory, capture }) => memory / capture)),
  };
  return [memory, ratio];
}
