import { Command } from 'commander';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { commandLineParams } from '../source/command-line-params.js';
import { AlertSummary } from './alert-summary.js';
import { evaluate } from './evaluation.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import { addRulesOptions, loadEngine, type RulesOptions, readRulesOptions } from './rules-options.js';

interface LiveOptions extends RulesOptions {
  readonly fail?: boolean;
  readonly quiet?: boolean;
}

const help = `
PARAMS are the plugin's open params: live (the default), unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME, with
?since=10m to begin with what the daemon still remembers. Without them DOCKER_HOST is asked, then the current Docker context,
then the default socket.

Examples:
  docktape live -r rules/
  docktape live unix:///run/user/1000/docker.sock -r rules/ --json | jq .rule`;

/** `docktape live`: alerts on what a daemon does now, until Ctrl-C. */
export function liveCommand(): Command {
  const command = new Command('live')
    .description('Evaluate rules on the live events of a Docker daemon, until Ctrl-C.')
    .argument('[params]', 'which daemon', 'live')
    .option('--fail', 'a daemon that is absent or goes away is an error; without it, it is waited for')
    .option('-q, --quiet', 'print alerts and warnings only')
    .addHelpText('after', help);
  return addRulesOptions(command).action(live);
}

async function live(params: string, options: LiveOptions): Promise<void> {
  const signal = onInterrupt();
  const input = readRulesOptions(options);
  const use = { config: { daemon: options.fail ? 'fail' : 'retry' }, verbose: !options.quiet } as const;
  await withDockerPlugin(use, async (plugin) => {
    const engine = loadEngine(input, plugin, { warn: true });
    const summary = new AlertSummary();
    const { settings } = input;
    const output = new LineOutput();
    await evaluate({ plugin, params: commandLineParams(params), engine, settings, output, summary, signal });
    if (!options.quiet) for (const line of summary.lines()) process.stderr.write(`${line}\n`);
  });
}
