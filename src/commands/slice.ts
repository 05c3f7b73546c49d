import { Command } from 'commander';
import { type MadeCapture, type SliceOptions as Slicing, sliceCapture } from '../capture/slice.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { Condition } from '../rules/condition.js';
import { formatCount, plural } from '../text/quantities.js';
import { madeText } from './made-text.js';
import { makingCapture } from './making-capture.js';
import { addSelectionOptions, type SelectionOptions, selectionOf } from './selection-options.js';

interface SliceOptions extends SelectionOptions {
  readonly where?: string;
  readonly quiet?: boolean;
}

const help = `
The events are byte for byte as they were, with their numbers, times and sessions: what was said of event 4711 of the capture is true of
event 4711 of the slice. Gaps that reach into the slice are in it as well.

Examples:
  docktape slice night.db incident.db --since 2024-05-01T22:00:00Z --until 2024-05-01T22:10:00Z
  docktape slice night.db pulls.db --where 'docker.action.verb = pull'
  docktape slice night.db last.db --session last`;

/** `docktape slice`: some of a capture's events as a capture. */
export function sliceCommand(): Command {
  const command = new Command('slice')
    .description('Make a capture of some events of another.')
    .argument('<capture>', 'the capture to read')
    .argument('<new>', 'the capture to make')
    .option('--where <condition>', 'only events for which this condition holds, in the language of rules');
  return addSelectionOptions(command).option('-q, --quiet', 'print errors only').addHelpText('after', help).action(run);
}

async function run(capture: string, path: string, options: SliceOptions): Promise<void> {
  const selection = selectionOf(options);
  const made = await makingCapture(path, options.quiet ?? false, (signal, describe) => {
    const slicing: Slicing = {
      selection,
      signal,
      onProgress: (looked, total) => describe(() => `${formatCount(looked)} of ${plural(total, 'event')}`),
    };
    return options.where === undefined
      ? sliceCapture(capture, path, slicing)
      : sliceWhere(capture, path, slicing, options.where);
  });
  if (made !== undefined && !options.quiet) process.stderr.write(`${madeText(path, made)}\n`);
}

function sliceWhere(capture: string, path: string, slicing: Slicing, text: string): Promise<MadeCapture> {
  return withDockerPlugin({}, async (plugin) => {
    const condition = Condition.compile(text, plugin);
    let number = 1;
    const select: NonNullable<Slicing['where']>['select'] = (batch) => {
      const events = plugin.wrap(batch, number);
      number += batch.count;
      return condition.select(events);
    };
    return await sliceCapture(capture, path, { ...slicing, where: { text, select } });
  });
}
