import { Command } from 'commander';
import { CaptureReader } from '../capture/reader.js';
import { batches } from '../falco/batches.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import type { PluginBatch } from '../falco/plugin-batch.js';
import { Condition, Format } from '../rules/condition.js';
import type { EventOrigin } from '../rules/event-origin.js';
import { ContextLines } from '../rules/output/context-lines.js';
import { eventLine } from '../rules/output/event-line.js';
import { printable } from '../rules/output/printable.js';
import { captureParams } from '../source/open-params.js';
import { replayQuery } from '../source/replay-query.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import { addSelectionOptions, type SelectionOptions, selectionOf } from './selection-options.js';

interface ShowOptions extends SelectionOptions {
  readonly json?: boolean;
  readonly format?: string;
}

const help = `
CONDITION is a condition in Falco's rule language. Without --json and --format each line has the event number (the event's sequence
in the capture), the time, type, action, ID and attributes. Below, indented, stands what docktape found out when it recorded: what the
container may do and has mounted, who runs the exec, on which host. Of a container that is told once, and again when it has changed.

Examples:
  docktape show night.db
  docktape show night.db 'docker.action.verb = exec_create and docker.exec.command contains sh'
  docktape show night.db --format '%evt.time %docker.action %docker.attributes[name]'
  docktape show night.db 'docker.container.privileged = true' --format '%docker.container.name %docker.container.mounts'
  docktape show night.db 'docker.type = container' --json | jq '.Actor.Attributes, .docktape'`;

/** `docktape show`: prints events of a capture, those that a condition selects. */
export function showCommand(): Command {
  const command = new Command('show')
    .description('Print the events of a capture.')
    .argument('<capture>', 'the capture to read')
    .argument('[condition]', 'which events, in the language of rules; all by default');
  return addSelectionOptions(command)
    .option('--json', "print the daemon's lines with what docktape found out as their member 'docktape'")
    .option('--format <format>', "print each event in this format, in the language of rules' outputs")
    .addHelpText('after', help)
    .action(show);
}

async function show(path: string, condition: string | undefined, options: ShowOptions): Promise<void> {
  const signal = onInterrupt();
  const selected = selectionOf(options);
  const reader = CaptureReader.open(path);
  const output = new LineOutput();
  try {
    const selection = reader.pinned(selected);
    await withDockerPlugin({}, async (plugin) => {
      const filter = condition === undefined ? undefined : Condition.compile(condition, plugin);
      const lines = lineWriter(options, plugin, reader.sequenceOf(selection));
      for await (const batch of batches(plugin, captureParams(path, replayQuery(selection)), signal)) {
        const mask = filter?.select(batch) ?? new Uint8Array(batch.count).fill(1);
        for (const line of lines(batch, mask)) output.line(line);
        await output.flush();
      }
    });
  } finally {
    reader.close();
  }
  if (signal.aborted) process.exitCode = ExitCode.interrupted;
}

/** The lines for the events of a batch that the mask selects. */
type LineWriter = (batch: PluginBatch, mask: Uint8Array) => Iterable<string | Buffer>;

function lineWriter(options: ShowOptions, origin: EventOrigin, eventNumber: (position: number) => number): LineWriter {
  if (options.format !== undefined) {
    const format = Format.compile(options.format, origin);
    return (batch, mask) => format.texts(batch, mask).map(printable);
  }
  const contexts = new ContextLines();
  return function* (batch, mask) {
    for (let index = mask.indexOf(1); index >= 0; index = mask.indexOf(1, index + 1)) {
      const payload = batch.payload(index);
      const time = batch.times[index] as bigint;
      if (options.json) {
        yield payload;
      } else {
        yield eventLine(eventNumber(batch.firstNumber + index), time, payload);
        yield* contexts.of(payload);
      }
    }
  };
}
