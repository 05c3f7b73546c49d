import { Command } from 'commander';
import type { PluginConfig } from '../falco/docker-plugin.js';
import { commandLineParams } from '../source/command-line-params.js';
import { AlertSummary } from './alert-summary.js';
import { addEngineOptions, type EngineOptions, engineChoice } from './engine-options.js';
import { withEvaluator } from './engines/with-evaluator.js';
import { addEnrichOptions, type EnrichOptions, enrichmentOf } from './enrich-options.js';
import { printAlerts } from './evaluation.js';
import { onInterrupt } from './interruption.js';
import { metricsLine, onMetricsSignal } from './metrics.js';
import { LineOutput } from './output.js';
import { addRulesOptions, type RulesOptions, readRulesOptions } from './rules-options.js';

interface LiveOptions extends RulesOptions, EngineOptions, EnrichOptions {
  readonly fail?: boolean;
  readonly quiet?: boolean;
}

const help = `
PARAMS are the plugin's open params: live (the default), unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME, with
?since=10m to begin with what the daemon still remembers. Without them DOCKER_HOST is asked, then the current Docker context,
then the default socket.

What was counted is printed in the end and whenever the process gets SIGUSR1, in one line on standard error: docktape: metrics:
events=N bytes=N reconnects=N … (with --engine falco only alerts=N, because the other figures stay in Falco).

Examples:
  docktape live -r rules/
  docktape live unix:///run/user/1000/docker.sock -r rules/ --json | jq .rule`;

/** `docktape live`: alerts on what a daemon does now, until Ctrl-C. */
export function liveCommand(): Command {
  const command = new Command('live')
    .description('Evaluate rules on the live events of a Docker daemon, until Ctrl-C.')
    .argument('[params]', 'which daemon', 'live')
    .option('--fail', 'a daemon that is absent or goes away is an error; without it, it is waited for')
    .option('-q, --quiet', 'print alerts and warnings only, and metrics at SIGUSR1')
    .addHelpText('after', help);
  addRulesOptions(command);
  addEnrichOptions(command);
  return addEngineOptions(command, 'none').action(live);
}

async function live(address: string, options: LiveOptions): Promise<void> {
  const signal = onInterrupt();
  let ask = () => metricsLine({});
  const metrics = onMetricsSignal(() => ask());
  const engine = engineChoice(options);
  const input = readRulesOptions(options);
  const { settings } = input;
  const { falcoTimeout: silenceLimit, quiet = false, fail = false } = options;
  const config: PluginConfig = { daemon: fail ? 'fail' : 'retry', ...enrichConfig(options) };
  const use = { input, silenceLimit, signal, config, verbose: !quiet };
  await withEvaluator(engine, use, async (evaluator) => {
    ask = () => metricsLine(evaluator.metrics());
    const params = commandLineParams(address);
    const summary = new AlertSummary();
    try {
      await printAlerts(evaluator.evaluate({ params }), { settings, output: new LineOutput(), summary });
      if (!quiet) for (const line of summary.lines(evaluator.name)) process.stderr.write(`${line}\n`);
    } finally {
      metrics.stop();
      if (!quiet) process.stderr.write(`${ask()}\n`);
    }
  });
}

/** The keys of `init_config` for what the options say. */
function enrichConfig(options: EnrichOptions): PluginConfig {
  if (!enrichmentOf(options)) return { enrich: false };
  const { enrichTimeout } = options;
  return enrichTimeout === undefined ? {} : { enrich_timeout: enrichTimeout };
}
