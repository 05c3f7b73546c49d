import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes whose parent is `pid`, ended ones that nobody has reaped among them. */
export function childrenOf(pid: number): { pid: number; state: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      let stat: string;
      try {
        stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      } catch {
        return []; // it ended while we looked
      }
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(parent) === pid ? [{ pid: Number(name), state: state ?? '' }] : [];
    });
}

/** Whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

/** A line of /proc/PID/status, such as that of `Threads`. */
export function statusOf(pid: number, key: string): string | undefined {
  return new RegExp(`^${key}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

/**
 * The resident memory of a process that no file is behind, in kB: its heap, its stacks, what is written of its data. The
 * kernel looks at each page for this; the figures of /proc/PID/status lag behind by some dozen pages a processor.
 */
export function heapOf(pid: number): number {
  return Number(/^Anonymous:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}

/** The open descriptors of a process, as `number → what`. */
export function descriptorsOf(pid: number): Map<string, string> {
  const folder = `/proc/${pid}/fd`;
  return new Map(
    readdirSync(folder).flatMap((number): [string, string][] => {
      try {
        return [[number, readlinkSync(`${folder}/${number}`)]];
      } catch {
        return []; // it was closed while we looked
      }
    }),
  );
}

/** Resolves once `condition` holds; fails after `ms`. */
export async function until(condition: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not so after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
