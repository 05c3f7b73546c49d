import { Command } from 'commander';
import { countOption, durationOption } from './duration.js';
import { asOption, parseTimeNow } from './selection-options.js';

export interface RecordOptions {
  readonly host: string;
  readonly for?: number;
  readonly events?: number;
  readonly since?: bigint;
  readonly until?: bigint;
  readonly where?: string;
  readonly retry?: boolean;
  readonly quiet?: boolean;
}

const help = `
Without --host, DOCKER_HOST is asked, then the current Docker context, then the default socket. When the capture exists, a new
session is appended to it. The daemon's lines are kept byte for byte. Ctrl-C ends the recording cleanly.

Examples:
  docktape record night.db
  docktape record ci.db --for 10m --host unix:///run/user/1000/docker.sock
  docktape record exec.db --where 'docker.action.verb in (exec_create, exec_start)'`;

/** `docktape record`: a daemon's events into a capture. */
export function recordCommand(): Command {
  return new Command('record')
    .description("Record a Docker daemon's events into a capture, until Ctrl-C.")
    .argument('<capture>', 'the capture to make or to append to')
    .option('--host <params>', 'the daemon: unix://PATH, tcp://HOST:PORT, https://HOST:PORT or context:NAME', 'live')
    .option('--for <time>', 'how long to record: 90s, 10m, 1h30m', durationOption)
    .option('--events <number>', 'how many events to record', countOption)
    .option(
      '--since <time>',
      'also what the daemon remembers since then (RFC 3339, Unix seconds, or an age such as 10m)',
      asOption(parseTimeNow),
    )
    .option('--until <time>', 'up to this time', asOption(parseTimeNow))
    .option('--where <condition>', 'only events for which this condition of the rule language holds')
    .option(
      '--retry',
      'wait for a daemon that is absent and reconnect to one that is lost; without it, either is an error',
    )
    .option('-q, --quiet', 'print warnings and errors only')
    .addHelpText('after', help)
    .action(async (path: string, options: RecordOptions) => {
      // The Docker client takes a while to load, and every command loads this file.
      const { record } = await import('./record-action.js');
      await record(path, options);
    });
}
