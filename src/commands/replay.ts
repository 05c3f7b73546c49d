import { Command } from 'commander';
import { CaptureReader } from '../capture/reader.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import type { LoadedPlugin } from '../falco/plugin.js';
import { captureParams, parseSpeed } from '../source/open-params.js';
import { replayQuery } from '../source/replay-query.js';
import { AlertSummary } from './alert-summary.js';
import { evaluate } from './evaluation.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import { addRulesOptions, loadEngine, type RulesInput, type RulesOptions, readRulesOptions } from './rules-options.js';
import { addSelectionOptions, asOption, type SelectionOptions, selectionOf } from './selection-options.js';

interface ReplayOptions extends RulesOptions, SelectionOptions {
  readonly speed: number | 'max';
  readonly quiet?: boolean;
}

const help = `
Alerts come in the recorded order with the recorded times. With several captures, one after another is replayed, each as a stream
of its own (evt.num begins at 1). The JSON member "event" is the event number: the event's sequence in its capture, as
\`docktape show\` prints it.

Examples:
  docktape replay night.db -r rules/
  docktape replay night.db -r rules/ --since 10m --json
  docktape replay night.db -r rules/ -o rule_matching=all -o priority=warning
  docktape replay night.db -r rules/ --speed 1          at the recorded pace`;

/** `docktape replay`: the alerts that rules raise on captures. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description('Replay captures through libdocker.so and print the alerts that rules raise.')
    .argument('<captures...>', 'captures, replayed one after another');
  addRulesOptions(command);
  addSelectionOptions(command);
  return command
    .option('--speed <factor>', 'max, or how many times faster than recorded', asOption(parseSpeed), 'max')
    .option('-q, --quiet', 'print alerts and warnings only')
    .addHelpText('after', help)
    .action(replay);
}

async function replay(captures: string[], options: ReplayOptions): Promise<void> {
  const signal = onInterrupt();
  const input = readRulesOptions(options);
  const summary = new AlertSummary();
  await withDockerPlugin({}, async (plugin) => {
    for (const [index, path] of captures.entries()) {
      if (signal.aborted) break;
      await replayCapture(path, { plugin, input, options, summary, signal, warn: index === 0 });
    }
  });
  if (!options.quiet) for (const line of summary.lines()) process.stderr.write(`${line}\n`);
  if (signal.aborted) process.exitCode = ExitCode.interrupted;
}

interface Run {
  readonly plugin: LoadedPlugin;
  readonly input: RulesInput;
  readonly options: ReplayOptions;
  readonly summary: AlertSummary;
  readonly signal: AbortSignal;
  readonly warn: boolean;
}

async function replayCapture(path: string, { plugin, input, options, summary, signal, warn }: Run): Promise<void> {
  const reader = CaptureReader.open(path);
  try {
    const selection = reader.pinned(selectionOf(options));
    const eventNumber = reader.sequenceOf(selection);
    const engine = loadEngine(input, plugin, { warn, eventNumber });
    const params = captureParams(path, { ...replayQuery(selection), speed: String(options.speed) });
    await evaluate({ plugin, params, engine, settings: input.settings, output: new LineOutput(), summary, signal });
  } finally {
    reader.close();
  }
}
