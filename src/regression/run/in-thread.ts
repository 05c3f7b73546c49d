import type { Job, Outcome } from './job.js';
import type { JobRunner } from './job-runner.js';
import { performJob } from './perform-job.js';

/** Does jobs in this thread, one after another. */
export class InThread implements JobRunner {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly signal: AbortSignal) {}

  run<J extends Job>(job: J): Promise<Outcome<J>> {
    const work = this.#last.then(() => performJob(job, this.signal));
    this.#last = work.catch(() => {});
    return work;
  }

  async close(): Promise<void> {
    await this.#last;
  }
}
