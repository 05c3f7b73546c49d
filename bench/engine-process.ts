import { readFileSync } from 'node:fs';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { Engine } from '#docktape/rules/engine.js';
import { captureParams } from '#docktape/source/open-params.js';
import type { ProcessRun } from './process-run.js';

// engine-process CAPTURE RULES EVENTS: evaluates the rules, of which none matches, over the capture of so many events, and
// prints a ProcessRun: the seconds from the first batch to the end of the second replay. The first is for warming up.

const [capture = '', rules = '', events = ''] = process.argv.slice(2);

async function replay(): Promise<number> {
  const plugin = LoadedPlugin.load(libraryPath());
  plugin.init();
  const { engine, errors } = Engine.load([{ name: rules, text: readFileSync(rules, 'utf8') }], plugin, {
    ruleMatching: 'first',
    priority: 'Debug',
    timeFormatIso8601: false,
    appendOutput: [],
  });
  if (!engine) throw new Error(`the bench's rules do not load: ${errors.map(({ message }) => message).join('; ')}`);
  let count = 0;
  let start: number | undefined;
  for await (const batch of batches(plugin, captureParams(capture))) {
    start ??= performance.now();
    if (engine.evaluate(batch).length > 0) throw new Error('a rule of the bench matched');
    count += batch.count;
  }
  const seconds = (performance.now() - (start ?? 0)) / 1000;
  await plugin.destroy();
  if (count !== Number(events)) throw new Error(`${count} events were replayed, not ${events}`);
  return seconds;
}

await replay();
const seconds = await replay();
const run: ProcessRun = { seconds, memory: process.resourceUsage().maxRSS / 1024 };
console.log(JSON.stringify(run));
