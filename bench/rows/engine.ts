import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, middle } from '../bench.js';
import { recordedCapture } from '../capture.js';
import { firstEventOnly } from '../events.js';
import type { Falco } from '../falco.js';
import type { ProcessRun } from '../process-run.js';
import type { Row } from '../row.js';
import { rulesFile } from '../rules.js';

const engineProcess = fileURLToPath(new URL('../engine-process.js', import.meta.url));
const rounds = 3;

/** The engine, and Falco where there is one, in turns, so that both meet the machine in the same moods. */
interface Rounds {
  readonly engine: readonly ProcessRun[];
  readonly falco: readonly ProcessRun[];
}

async function run(bench: Bench, ruleCount: number): Promise<Rounds> {
  const capture = await bench.once(recordedCapture);
  const rules = join(bench.folder, `${ruleCount}.yaml`);
  writeFileSync(rules, rulesFile(ruleCount));
  const engine: ProcessRun[] = [];
  const falco: ProcessRun[] = [];
  for (let round = 0; round < rounds; round++) {
    engine.push(await runEngine(bench, capture, rules));
    if (bench.falco) falco.push(await runFalco(bench, bench.falco, capture, rules));
  }
  return { engine, falco };
}

async function runEngine({ events }: Bench, capture: string, rules: string): Promise<ProcessRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [engineProcess, capture, rules, String(events)]);
  return JSON.parse(stdout) as ProcessRun;
}

/** Falco's start and end take their time, which a replay of a single event tells. */
async function runFalco({ folder }: Bench, falco: Falco, capture: string, rules: string): Promise<ProcessRun> {
  const { seconds } = await falco.run(folder, captureParams(capture, firstEventOnly), rules);
  const all = await falco.run(folder, captureParams(capture), rules);
  return { seconds: all.seconds - seconds, memory: all.memory };
}

/** What some of the rows have besides. */
interface Additions {
  readonly engine?: Partial<Row>;
  readonly ratio?: Partial<Row>;
}

/** The rows for so many rules: the engine, and with a Falco that and the ratio of the two. */
export function engineRows(ruleCount: number, falco: Falco | undefined, more: Additions = {}): Row[] {
  const rules = ruleCount === 1 ? '1 rule' : `${ruleCount} rules`;
  const runs = (bench: Bench) => run(bench, ruleCount);
  const row = (name: keyof Rounds, title: string): Row => ({
    name: `${name}-${ruleCount}`,
    title: `${title}, ${rules} of three terms`,
    unit: 'events/s',
    measure: async (bench) => bench.events / middle((await bench.once(runs))[name].map(({ seconds }) => seconds)),
    memory: async (bench) => Math.max(...(await bench.once(runs))[name].map(({ memory }) => memory)),
  });
  const engine: Row = { ...row('engine', 'embedded engine'), ...more.engine };
  if (!falco) return [engine];
  const ratio: Row = {
    name: `ratio-${ruleCount}`,
    title: `how much faster the engine is than Falco, ${rules}`,
    unit: 'times',
    measure: async (bench) => {
      const { engine, falco } = await bench.once(runs);
      return middle(engine.map(({ seconds }, i) => (falco[i] as ProcessRun).seconds / seconds));
    },
    ...more.ratio,
  };
  const note = "from Falco's start to its end, less the same with a single event; in turns with the engine";
  return [engine, { ...row('falco', `Falco ${falco.version}`), note }, ratio];
}
