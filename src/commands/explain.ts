import { Command } from 'commander';
import picocolors from 'picocolors';
import { CaptureReader } from '../capture/reader.js';
import { DocktapeError } from '../errors.js';
import { batches } from '../falco/batches.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { type JsonData, jsonText } from '../json.js';
import {
  type Example,
  type ExplainedEvent,
  type ExplainedStream,
  explainExample,
  explainNumber,
} from '../rules/explain/explained-event.js';
import { explanationLines } from '../rules/explain/explanation-text.js';
import { printable } from '../rules/output/printable.js';
import { captureParams } from '../source/open-params.js';
import { plural } from '../text/quantities.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import {
  addSettingsOptions,
  collect,
  loadEngine,
  RULES_FLAGS,
  RULES_HELP,
  type RulesOptions,
  readRulesOptions,
} from './rules-options.js';

const help = `
EVENT is an event number, as \`docktape show\` prints it and alerts have it as "event". Without it, the event of the rule's first
alert is explained; when there is no alert, the event that comes nearest to the rule's condition.

Each comparison of the condition is shown with what it came to on its own, and with the values that it compared. A rule can be
silent although its condition holds: it is disabled, its priority is too low, or an earlier rule reports the event.

Examples:
  docktape explain "Container killed" night.db -r rules/           why does it fire, or why not?
  docktape explain "Container killed" night.db 4711 -r rules/      on this event
  docktape explain "Container killed" night.db 4711 -r rules/ -o rule_matching=all
  docktape explain "Container killed" night.db 4711 -r rules/ --json | jq .explanation.condition`;

/** `docktape explain`: why a rule fires on an event, or does not. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Say why a rule fires on an event of a capture, or why it does not.')
    .argument('<rule>', "the rule's name")
    .argument('<capture>', 'the capture with the event')
    .argument('[event]', 'the event number; without it, the event that shows best why');
  command
    .requiredOption(RULES_FLAGS, RULES_HELP, (path: string, paths: string[] | undefined) => collect(path, paths ?? []))
    .option('--json', 'print the explanation as JSON');
  return addSettingsOptions(command).addHelpText('after', help).action(explain);
}

async function explain(rule: string, path: string, event: string | undefined, options: RulesOptions): Promise<void> {
  const signal = onInterrupt();
  const number = event === undefined ? undefined : parseEventNumber(event);
  const input = readRulesOptions(options);
  const reader = CaptureReader.open(path);
  try {
    checkEvents(reader, number);
    const eventNumber = reader.sequenceOf();
    const answer = await withDockerPlugin({}, async (plugin) => {
      const engine = loadEngine(input, plugin, { warn: true, eventNumber });
      // Known before the capture is read, which may take long.
      engine.rule(rule);
      return explainOn({ rule, engine, batches: batches(plugin, captureParams(path), signal), eventNumber }, number);
    });
    if (signal.aborted) process.exitCode = ExitCode.interrupted;
    else if (answer) await print(path, answer, options);
    else throw number === undefined ? noEvents(reader) : noSuchEvent(reader, number);
  } finally {
    reader.close();
  }
}

/** The event that is explained, and what is known of the whole capture when all of it was evaluated. */
type Answer = ExplainedEvent & { readonly capture?: Example };

async function explainOn(stream: ExplainedStream, event: number | undefined): Promise<Answer | undefined> {
  if (event !== undefined) return explainNumber(stream, event);
  const capture = await explainExample(stream);
  return capture.explained && { ...capture.explained, capture };
}

async function print(path: string, answer: Answer, { json }: RulesOptions): Promise<void> {
  const output = new LineOutput();
  for (const line of json ? [jsonOf(answer)] : textOf(path, answer)) output.line(line);
  await output.flush();
}

function jsonOf({ event, line, explanation, capture }: Answer): string {
  const counts = capture && { events: capture.events, alerts: capture.alerts };
  // Explanations are plain data, but TypeScript takes no interface for a type with an index signature.
  return jsonText({ event, line, ...counts, explanation } as unknown as JsonData, 2);
}

function textOf(path: string, { event, line, explanation, capture }: Answer): string[] {
  const summary = capture ? [summaryOf(path, explanation.rule, capture)] : [];
  return [...summary, line, '', ...explanationLines(explanation, picocolors, event)];
}

function summaryOf(path: string, rule: string, { events, alerts, score }: Example): string {
  const subject = `"${rule}" raises ${alerts === 0 ? 'no alert' : plural(alerts, 'alert')}`;
  const event =
    alerts > 0 ? 'The first is on' : score > 0 ? 'Nearest to it comes' : 'None comes near to it; the first is';
  return printable(`${subject} on the ${plural(events, 'event')} of ${path}. ${event}:`);
}

function parseEventNumber(text: string): number {
  const number = /^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new DocktapeError('USAGE', `'${text}' is not an event number: write one as \`docktape show\` prints it`);
}

/** Refuses what no event can be found for, before anything is read. */
function checkEvents(reader: CaptureReader, event: number | undefined): void {
  const last = reader.lastSeq();
  if (last === undefined) throw noEvents(reader);
  if (event !== undefined && event > last) throw noSuchEvent(reader, event);
}

function noEvents({ path }: CaptureReader): DocktapeError {
  return new DocktapeError('CAPTURE', `${path} has no events that a rule could be explained by: record some first`);
}

function noSuchEvent(reader: CaptureReader, event: number): DocktapeError {
  const numbers = `${reader.sequenceOf()(1)} to ${reader.lastSeq()}`;
  return new DocktapeError('CAPTURE', `${reader.path} has no event ${event}: its events have the numbers ${numbers}`);
}
