import { readdirSync, readFileSync } from 'node:fs';
import { type Bench, middle } from '../bench.js';
import { LiveDaemon } from '../live-daemon.js';
import { childOf } from '../memory.js';
import type { Row } from '../row.js';

/** How many times the length of the bench's streams: 10 M events by default. */
const TIMES = 20;
const INTERVAL_MS = 250;

/** A process at a moment. */
interface Sample {
  /** Resident set, in MB. */
  readonly memory: number;
  readonly descriptors: number;
}

/** What a process took in the second quarter of a run, when it is warm, and in the last one. */
interface Course {
  readonly early: Sample;
  readonly late: Sample;
}

interface Soak {
  readonly loader: Course;
  readonly host: Course;
}

async function soak(bench: Bench): Promise<Soak> {
  const events = bench.events * TIMES;
  const daemon = await LiveDaemon.start(bench.folder, events);
  const { pid, output } = bench.startNative('soak', [daemon.params, '{"enrich":false}', '0', String(events)]);
  const samples: { loader: Sample; host: Sample }[] = [];
  const timer = setInterval(() => {
    const [loader, host] = [sampleOf(pid), sampleOf(childOf(pid))];
    if (loader && host) samples.push({ loader, host });
  }, INTERVAL_MS);
  const result = await output.finally(() => clearInterval(timer));
  await daemon.stop();
  if (result.dropped !== 0) throw new Error(`${result.dropped} of ${events} events were dropped`);
  return { loader: courseOf(samples.map(({ loader }) => loader)), host: courseOf(samples.map(({ host }) => host)) };
}

/** The middle of the second and of the last quarter. */
function courseOf(samples: readonly Sample[]): Course {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) throw new Error('too few events to see how memory grows');
  const middleOf = (part: readonly Sample[]): Sample => ({
    memory: middle(part.map(({ memory }) => memory)),
    descriptors: middle(part.map(({ descriptors }) => descriptors)),
  });
  return { early: middleOf(samples.slice(quarter, 2 * quarter)), late: middleOf(samples.slice(-quarter)) };
}

/** Nothing when there is no such process, or not any more. */
function sampleOf(pid: number | undefined): Sample | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return { memory: Number(kilobytes) / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
}

function growth({ early, late }: Course): number {
  return late.memory / early.memory;
}

const note = `over ${TIMES} times as many live events as the streams have, from a daemon that writes as fast as it can`;

export const soakMemory: Row = {
  name: 'soak',
  title: 'live soak: resident memory of loader or host in the last quarter, of that in the second',
  unit: 'times',
  target: { atMost: 1.05 },
  note: `${note}; the memory is the host's`,
  async measure(bench) {
    const { loader, host } = await bench.once(soak);
    return Math.max(growth(loader), growth(host));
  },
  memory: async (bench) => (await bench.once(soak)).host.late.memory,
};

export const soakLoader: Row = {
  name: 'soak-loader',
  title: 'live soak: resident memory of the loader in the last quarter',
  unit: 'MB',
  async measure(bench) {
    return (await bench.once(soak)).loader.late.memory;
  },
};

export const soakDescriptors: Row = {
  name: 'soak-descriptors',
  title: 'live soak: descriptors of loader and host in the last quarter, of those in the second',
  unit: 'times',
  target: { atMost: 1 },
  async measure(bench) {
    const { loader, host } = await bench.once(soak);
    const sum = (part: keyof Course) => loader[part].descriptors + host[part].descriptors;
    return sum('late') / sum('early');
  },
};
