import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import type { Job, Outcome } from './job.js';
import type { JobRunner } from './job-runner.js';

/** What a worker is given. */
export interface WorkerTask {
  readonly job: Job;
  /** Any message on it means that the job is to end. */
  readonly cancel: MessagePort;
}

const WORKER = new URL('./worker.js', import.meta.url).href;

/**
 * Does jobs in worker threads. A thread is never ended within a job: it would leave a source host behind. It is asked to end
 * the job instead, which it does between two batches.
 */
export class WorkerPool implements JobRunner {
  readonly #pool: Tinypool;
  readonly #cancels = new Set<MessagePort>();
  readonly #running = new Set<Promise<unknown>>();
  /** Rejects when a thread ends that should not: nobody would answer for its job. */
  readonly #died: Promise<never>;
  #closing = false;
  #dead = false;

  /** @param worker the module whose default export does a {@link WorkerTask} */
  constructor(
    threads: number,
    private readonly signal: AbortSignal,
    worker = WORKER,
  ) {
    this.#pool = new Tinypool({ filename: worker, minThreads: threads, maxThreads: threads });
    this.#died = new Promise((_, reject) => {
      this.#pool.on('error', reject);
      for (const thread of this.#pool.threads) {
        thread.once('exit', (code) => {
          if (this.#closing) return;
          this.#dead = true;
          reject(new Error(`a worker thread ended with exit code ${code} before its work was done`));
        });
      }
    });
    this.#died.catch(() => {});
    signal.addEventListener('abort', this.#cancelAll);
  }

  run<J extends Job>(job: J): Promise<Outcome<J>> {
    const work = this.#run(job);
    this.#running.add(work);
    const forget = () => this.#running.delete(work);
    work.then(forget, forget);
    return work;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#closing = true;
    this.signal.removeEventListener('abort', this.#cancelAll);
    const destroyed = this.#pool.destroy();
    // The pool would wait for ever for the end of a thread that has ended already.
    if (!this.#dead) await destroyed;
  }

  async #run<J extends Job>(job: J): Promise<Outcome<J>> {
    this.signal.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    this.#cancels.add(port1);
    try {
      const task: WorkerTask = { job, cancel: port2 };
      return await Promise.race([this.#pool.run(task, { transferList: [port2] }), this.#died]);
    } catch (error) {
      // What a worker throws once it is asked to end is the signal's doing, whatever it became on its way here.
      this.signal.throwIfAborted();
      throw error;
    } finally {
      this.#cancels.delete(port1);
      port1.close();
    }
  }

  readonly #cancelAll = () => {
    this.#pool.cancelPendingTasks();
    for (const port of this.#cancels) port.postMessage('cancel');
  };
}
