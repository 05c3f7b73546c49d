/**
 * A worker that does nothing until it is asked to end.
 *
 * @param {import('#docktape/regression/run/worker-pool.js').WorkerTask} task
 */
export default async function work({ cancel }) {
  await new Promise((resolve) => cancel.once('message', resolve));
  throw new Error('asked to end');
}
