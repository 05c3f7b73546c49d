import { InThread } from './in-thread.js';
import type { Job, Outcome } from './job.js';
import { WorkerPool } from './worker-pool.js';

/** Does jobs, here or in other threads. */
export interface JobRunner {
  /** @throws the signal's reason once it is aborted; otherwise only for defects */
  run<J extends Job>(job: J): Promise<Outcome<J>>;
  /** Waits for the jobs under way and frees what they worked with. */
  close(): Promise<void>;
}

/**
 * A runner for about so many jobs. Threads take a while to start, so that a single job is done here.
 *
 * @param signal ends the jobs under way, and lets no other begin
 */
export function openJobRunner(jobs: number, workers: number, signal: AbortSignal): JobRunner {
  const threads = Math.min(jobs, workers);
  return threads <= 1 ? new InThread(signal) : new WorkerPool(threads, signal);
}
