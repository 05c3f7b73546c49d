import { readFileSync } from 'node:fs';

const interval = 20; // milliseconds

/** Watches the peak resident set of a process while it runs: the kernel forgets it with the process. */
export class MemoryWatch {
  #peak = 0;
  readonly #timer: NodeJS.Timeout;

  /** @param pid the process, once it is there */
  constructor(pid: () => number | undefined) {
    this.#timer = setInterval(() => {
      this.#peak = peakMemory(pid()) ?? this.#peak;
    }, interval);
  }

  /** Ends the watch. @returns the peak in MB */
  end(): number {
    clearInterval(this.#timer);
    return this.#peak;
  }
}

/** The first process that another one has started, if there is one. */
export function childOf(pid: number | undefined): number | undefined {
  const child = read(`/proc/${pid}/task/${pid}/children`)?.split(' ')[0];
  return child ? Number(child) : undefined;
}

/** The peak resident set of a process in MB; undefined when it is gone. */
function peakMemory(pid: number | undefined): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
