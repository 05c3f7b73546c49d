import type { LoadedPlugin } from './plugin.js';
import type { PluginBatch } from './plugin-batch.js';

/**
 * The batches of a source, from open to its end, or until the signal is aborted. Each is valid until the next one is
 * asked for. The source is closed in the end, however the loop is left.
 *
 * @throws DocktapeError `PLUGIN` with the plugin's reason when the source cannot be opened or fails
 */
export async function* batches(
  plugin: LoadedPlugin,
  params: string,
  signal?: AbortSignal,
): AsyncGenerator<PluginBatch> {
  const source = await plugin.open(params);
  try {
    while (!signal?.aborted) {
      const batch = await source.next();
      if (batch === 'end') return;
      if (batch !== 'timeout') yield batch;
    }
  } finally {
    await source.close();
  }
}
