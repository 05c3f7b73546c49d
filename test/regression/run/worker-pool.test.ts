import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';
import type { EvaluateJob } from '#docktape/regression/run/job.js';
import { WorkerPool } from '#docktape/regression/run/worker-pool.js';
import { inline } from './suites.js';

const job: EvaluateJob = {
  kind: 'evaluate',
  files: [],
  settings: DEFAULT_SETTINGS,
  stream: inline('top'),
  details: new Map(),
  withJson: false,
};

const pools: WorkerPool[] = [];

/** A pool of two threads that run one of the modules in workers/. */
function pool(worker: string, signal = new AbortController().signal): WorkerPool {
  const made = new WorkerPool(2, signal, new URL(`./workers/${worker}.mjs`, import.meta.url).href);
  pools.push(made);
  return made;
}

afterEach(async () => {
  for (const made of pools.splice(0)) await made.close();
});

describe('a pool of worker threads', () => {
  it('hands on what a job throws', async () => {
    const failing = pool('failing');
    await expect(failing.run(job)).rejects.toThrow('a defect');
    await expect(Promise.all([failing.run(job), failing.run(job), failing.run(job)])).rejects.toThrow('a defect');
  });

  it('never waits for a thread that ended', async () => {
    const ending = pool('ending');
    await expect(ending.run(job)).rejects.toThrow('a worker thread ended with exit code 3 before its work was done');
    await expect(ending.run(job)).rejects.toThrow('exit code 3');
  });

  it('asks jobs to end once the signal is aborted, and begins no other', async () => {
    const controller = new AbortController();
    const waiting = pool('waiting', controller.signal);
    const jobs = [1, 2, 3, 4, 5].map(() => waiting.run(job));
    const ends = Promise.allSettled(jobs);
    controller.abort(new Error('Ctrl-C'));
    expect((await ends).map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
      Array.from({ length: 5 }, () => 'Error: Ctrl-C'),
    );
    await expect(waiting.run(job)).rejects.toThrow('Ctrl-C');
  });

  it('waits for the jobs under way when it is closed', async () => {
    const controller = new AbortController();
    const waiting = pool('waiting', controller.signal);
    const order: string[] = [];
    const work = waiting.run(job).catch(() => order.push('job'));
    const closed = waiting.close().then(() => order.push('closed'));
    controller.abort();
    await Promise.all([work, closed]);
    expect(order).toEqual(['job', 'closed']);
  });
});
