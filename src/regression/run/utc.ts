/**
 * Runs `work` in UTC, whatever the machine's time zone: alerts show local times, and a replay must say the same everywhere.
 *
 * The zone belongs to the process: worker threads that start meanwhile take it over, but one cannot set it, as it has a copy
 * of the environment. Hence it is set here, by the main thread, before any of them starts.
 */
export async function inUtc<T>(work: () => Promise<T>): Promise<T> {
  const zone = process.env.TZ;
  process.env.TZ = 'UTC';
  try {
    return await work();
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
}
