import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { DocktapeError } from '../errors.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import { falcoFragment } from '../falco/fragment/fragment.js';
import { configKeys } from '../falco/fragment/init-config.js';
import { installedRules } from '../falco/fragment/installed-rules.js';
import { paramsForFalco } from '../falco/fragment/params-for-falco.js';
import { libraryPath } from '../falco/library-path.js';
import { LineOutput } from './output.js';
import { collect } from './rules-options.js';

interface ConfigOptions {
  readonly standalone?: boolean;
  readonly library?: string;
  readonly rules: string[];
}

const help = `
PARAMS are the plugin's open params: live (the default), unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME, or a
capture, with ?key=value behind. Paths become absolute, and nothing is contacted.

For a live source the output is a file for /etc/falco/config.d, which adds Docker events to what Falco watches. With --standalone, and
always for a capture, it is a whole configuration for \`falco -c\`: Docker events alone, with no kernel driver.

Examples:
  docktape config | sudo tee /etc/falco/config.d/docktape.yaml
  docktape config --standalone unix:///host/var/run/docker.sock -r rules/ > falco.yaml
  docktape config night.db -r rules/ > replay.yaml && falco -c replay.yaml --enable-source docker`;

/** `docktape config`: what Falco's configuration needs for the plugin. */
export function configCommand(): Command {
  return new Command('config')
    .description('Print the configuration with which Falco loads the plugin, commented.')
    .argument('[params]', 'where the events come from: a daemon or a capture', 'live')
    .option('--standalone', 'a whole configuration: Docker events alone, with no kernel driver')
    .option(
      '-r, --rules <path>',
      'rules of a whole configuration; repeatable; the installed ones by default',
      collect,
      [],
    )
    .option('--library <path>', "the plugin library to name, where it is not docktape's own")
    .addHelpText('after', help)
    .action(config);
}

async function config(text: string, options: ConfigOptions): Promise<void> {
  const params = paramsForFalco(text);
  const { parsed } = params;
  const isWhole = options.standalone || parsed.mode === 'replay';
  if (!isWhole && options.rules.length > 0) {
    throw new DocktapeError(
      'USAGE',
      '-r is for a whole configuration: add --standalone, or put rules into /etc/falco/rules.d',
    );
  }
  const library = options.library === undefined ? libraryPath() : resolve(options.library);
  const rules = options.rules.length > 0 ? options.rules.map((path) => resolve(path)) : [installedRules(library)];
  const keys = await withDockerPlugin({}, async ({ initSchema }) => configKeys(initSchema ?? '{}'));
  if (parsed.mode === 'replay' && !existsSync(parsed.path)) {
    process.stderr.write(`docktape: warning: there is no capture ${parsed.path} yet\n`);
  }
  const output = new LineOutput();
  output.line(falcoFragment({ library, params, keys, ...(isWhole ? { standalone: { rules } } : {}) }).trimEnd());
  await output.flush();
}
