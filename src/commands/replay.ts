import { Command } from 'commander';
import { CaptureReader } from '../capture/reader.js';
import { captureParams, parseSpeed } from '../source/open-params.js';
import { replayQuery } from '../source/replay-query.js';
import { AlertSummary } from './alert-summary.js';
import { addEngineOptions, BUSY_SILENCE, type EngineOptions, engineChoice } from './engine-options.js';
import { withEvaluator } from './engines/with-evaluator.js';
import { type AlertOutput, type Evaluator, printAlerts } from './evaluation.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import { addRulesOptions, type RulesOptions, readRulesOptions } from './rules-options.js';
import { addSelectionOptions, asOption, type SelectionOptions, selectionOf } from './selection-options.js';

interface ReplayOptions extends RulesOptions, SelectionOptions, EngineOptions {
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
  docktape replay night.db -r rules/ --speed 1          at the recorded pace
  docktape replay night.db -r rules/ --engine falco     what does the installed Falco say?`;

/** `docktape replay`: the alerts that rules raise on captures. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description('Replay captures through libdocker.so and print the alerts that rules raise.')
    .argument('<captures...>', 'captures, replayed one after another');
  addRulesOptions(command);
  addSelectionOptions(command);
  addEngineOptions(command, '10m; none with a --speed other than max');
  return command
    .option('--speed <factor>', 'max, or how many times faster than recorded', asOption(parseSpeed), 'max')
    .option('-q, --quiet', 'print alerts and warnings only')
    .addHelpText('after', help)
    .action(replay);
}

async function replay(captures: string[], options: ReplayOptions): Promise<void> {
  const signal = onInterrupt();
  const engine = engineChoice(options);
  const input = readRulesOptions(options);
  const output = { settings: input.settings, output: new LineOutput(), summary: new AlertSummary() };
  // At a recorded pace nothing may happen for as long as nothing happened then.
  const silenceLimit = options.falcoTimeout ?? (options.speed === 'max' ? BUSY_SILENCE : undefined);
  await withEvaluator(engine, { input, silenceLimit, signal }, async (evaluator) => {
    for (const path of captures) {
      if (signal.aborted) break;
      await replayCapture(path, options, evaluator, output);
    }
    if (!options.quiet) for (const line of output.summary.lines(evaluator.name)) process.stderr.write(`${line}\n`);
  });
  if (signal.aborted) process.exitCode = ExitCode.interrupted;
}

async function replayCapture(
  path: string,
  options: ReplayOptions,
  evaluator: Evaluator,
  output: AlertOutput,
): Promise<void> {
  const reader = CaptureReader.open(path);
  try {
    const selection = reader.pinned(selectionOf(options));
    const params = captureParams(path, { ...replayQuery(selection), speed: String(options.speed) });
    const events = reader.count(selection);
    const eventNumber = reader.sequenceOf(selection);
    await printAlerts(evaluator.evaluate({ params, events, eventNumber }), output);
  } finally {
    reader.close();
  }
}
