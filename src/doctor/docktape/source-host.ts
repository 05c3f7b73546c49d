import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import { now } from '../../time.js';
import { type Outcome, ok, problem } from '../outcome.js';

const ADVICE = 'install docktape again, library and source host together; in a checkout run `npm run build`';

/**
 * Whether an event gets through the whole of a replay: a capture with one event is made, the library at `path` is asked to replay it,
 * its source host reads it, and the library gives the event back. Nothing of that stays.
 */
export async function checkSourceHost(path: string, signal: AbortSignal): Promise<Outcome> {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'docktape-doctor-'));
    return await replayOne(path, join(folder, 'probe.db'), signal);
  } catch (error) {
    signal.throwIfAborted();
    return problem(`no event gets through a replay: ${messageOf(error)}`, ADVICE);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function replayOne(path: string, capture: string, signal: AbortSignal): Promise<Outcome> {
  const [{ importLines }, { LoadedPlugin }, { batches }, { captureParams }] = await Promise.all([
    import('../../capture/import.js'),
    import('../../falco/plugin.js'),
    import('../../falco/batches.js'),
    import('../../source/open-params.js'),
  ]);
  const line = JSON.stringify({ Type: 'container', Action: 'probe', Actor: { ID: '', Attributes: {} }, timeNano: 1 });
  const input = { name: 'docktape doctor', chunks: lines(`${line}\n`) };
  await importLines(input, capture);
  const plugin = LoadedPlugin.load(path);
  try {
    plugin.init();
    const began = now();
    const payloads: string[] = [];
    for await (const batch of batches(plugin, captureParams(capture), signal)) {
      for (let index = 0; index < batch.count; index += 1) payloads.push(batch.payload(index).toString());
    }
    signal.throwIfAborted();
    if (payloads.length !== 1 || payloads[0] !== line) {
      return problem(`a replay of one event gave ${payloads.length}, or another one`, ADVICE);
    }
    return ok(`docktape-host replayed an event from a capture, in ${Number((now() - began) / 1_000_000n)} ms`);
  } finally {
    await plugin.destroy();
  }
}

async function* lines(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
