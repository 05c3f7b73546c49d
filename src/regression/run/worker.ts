import type { Job, Outcome } from './job.js';
import { performJob } from './perform-job.js';
import type { WorkerTask } from './worker-pool.js';

/** Does a job in a worker thread. */
export default async function work({ job, cancel }: WorkerTask): Promise<Outcome<Job>> {
  const controller = new AbortController();
  cancel.once('message', () => controller.abort());
  try {
    return await performJob(job, controller.signal);
  } finally {
    cancel.close();
  }
}
