import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { Engine } from '#docktape/rules/engine.js';
import type { EventBatch } from '#docktape/rules/event-batch.js';
import { captureParams } from '#docktape/source/open-params.js';
import { type Bench, median } from '../bench.js';
import { recordedCapture } from '../capture.js';
import type { Row } from '../row.js';
import { rulesFile } from '../rules.js';

/** Events a second of a replay into Node, from the first batch to the end. */
async function replayRate(
  bench: Bench,
  makeConsumer: (plugin: LoadedPlugin) => (batch: EventBatch) => void,
): Promise<number> {
  const path = await bench.once(recordedCapture);
  return median(async () => {
    const plugin = LoadedPlugin.load(libraryPath());
    plugin.init();
    const consume = makeConsumer(plugin);
    let events = 0;
    let start: number | undefined;
    for await (const batch of batches(plugin, captureParams(path))) {
      start ??= performance.now();
      consume(batch);
      events += batch.count;
    }
    const seconds = (performance.now() - (start ?? 0)) / 1000;
    await plugin.destroy();
    if (events !== bench.events) throw new Error(`${events} events were replayed, not ${bench.events}`);
    return events / seconds;
  });
}

function evaluateWith(ruleCount: number) {
  return (plugin: LoadedPlugin) => {
    const { engine, errors } = Engine.load([{ name: 'bench', text: rulesFile(ruleCount) }], plugin, {
      ruleMatching: 'first',
      priority: 'Debug',
      timeFormatIso8601: false,
      appendOutput: [],
    });
    if (!engine) throw new Error(`the bench's rules do not load: ${errors.map(({ message }) => message).join('; ')}`);
    return (batch: EventBatch) => {
      if (engine.evaluate(batch).length > 0) throw new Error('a rule of the bench matched');
    };
  };
}

export const replayNode: Row = {
  name: 'replay-node',
  title: 'replay through the addon into Node, no rules',
  unit: 'events/s',
  measure: (bench) => replayRate(bench, () => () => {}),
};

export const engine1: Row = {
  name: 'engine-1',
  title: 'embedded engine, 1 rule of three terms',
  unit: 'events/s',
  measure: (bench) => replayRate(bench, evaluateWith(1)),
};

/** Twice what real Falco 0.44.1 does with 20 such rules on a machine with two cores: 0.19 M events/s. */
export const engine20: Row = {
  name: 'engine-20',
  title: 'embedded engine, 20 rules of three terms',
  unit: 'events/s',
  target: { atLeast: 380_000 },
  measure: (bench) => replayRate(bench, evaluateWith(20)),
};
