import { Command, Option } from 'commander';
import type { Bound, Durability } from '../capture/writing/writer-options.js';
import { parseBound } from './bound.js';
import { countOption, durationOption } from './duration.js';
import { addEnrichOptions, type EnrichOptions } from './enrich-options.js';
import { asOption, parseTimeNow } from './selection-options.js';

export interface RecordOptions extends EnrichOptions {
  readonly host: string;
  readonly for?: number;
  readonly events?: number;
  readonly since?: bigint;
  readonly until?: bigint;
  readonly where?: string;
  readonly retry?: boolean;
  readonly resume?: boolean;
  readonly durability: Durability;
  readonly rotate?: Bound;
  readonly keep?: Bound;
  readonly redact?: readonly string[];
  readonly redactLabel?: readonly string[];
  readonly redactExec?: boolean;
  readonly quiet?: boolean;
}

const help = `
Without --host, DOCKER_HOST is asked, then the current Docker context, then the default socket. When the capture exists, a new
session is appended to it. The daemon's lines are kept byte for byte. Ctrl-C ends the recording cleanly.

Events are committed each 100 ms or 1,000 events; from then on no crash of docktape takes them away, and with --durability full
no loss of power. SIGUSR1 prints the figures so far: \`committed\` says how many events those are.

--rotate takes a time, a size, or both (1h,1G): a capture that has reached either is closed and named night-20261123T161501Z.db,
by when it was begun, and a new one goes on at the path. --keep takes the same and is about those that were closed: it removes
what is older than the time, and the oldest ones until the rest fits the size. Sizes count in 1,024: K, M, G, T.

With --retry a full disk is waited for like an absent daemon: up to 256 MiB of events are kept in memory meanwhile, and what does
not fit is counted and recorded as a gap. A capture that is removed goes on in a new file.

With --resume a recording begins where the last one of this daemon into this capture ended, with what the daemon still
remembers, and says when that is not all; it does nothing for a new capture.

With an event is recorded what the daemon says of its container or exec at that moment: privileged, mounts, user and so on, of environment
variables the names alone. It is kept beside the daemon's line, and rules and --where see it in docker.container.* and docker.exec.*.

What --redact and its kin find becomes [redacted] before anything else is done with an event, so --where does not see it either.
The capture says what is redacted; a pattern is in RE2's syntax, and a label ending in * stands for all that begin so.

Examples:
  docktape record night.db
  docktape record /var/lib/docktape/events.db --retry --resume --rotate 1h,1G --keep 7d,10G
  docktape record ci.db --for 10m --host unix:///run/user/1000/docker.sock
  docktape record exec.db --where 'docker.action.verb in (exec_create, exec_start)'`;

/** The values of an option that may be repeated. */
const collected = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `docktape record`: a daemon's events into a capture. */
export function recordCommand(): Command {
  const command = new Command('record')
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
      'wait for a daemon that is absent, reconnect to one that is lost, and wait for a disk that is full; without it, each is an error',
    )
    .option('--resume', 'begin where the last recording ended, with what the daemon still remembers')
    .addOption(
      new Option(
        '--durability <what>',
        'what an event survives once it is committed: normal, a crash; full, a loss of power',
      )
        .choices(['normal', 'full'])
        .default('normal'),
    )
    .option(
      '--rotate <bound>',
      'begin a new capture after a time or at a size: 1h, 500M, or 1h,500M',
      asOption(parseBound),
    )
    .option('--keep <bound>', 'which closed captures to keep: 7d, 10G, or 7d,10G', asOption(parseBound))
    .option('--redact <regex>', 'redact what this regular expression matches; may be repeated', collected)
    .option(
      '--redact-label <key>',
      'redact the value of this label, or of another attribute; may be repeated',
      collected,
    )
    .option('--redact-exec', 'redact the command lines of docker exec, and of containers')
    .option('-q, --quiet', 'print warnings and errors only')
    .addHelpText('after', help);
  return addEnrichOptions(command).action(async (path: string, options: RecordOptions) => {
    // The Docker client takes a while to load, and every command loads this file.
    const { record } = await import('./record-action.js');
    await record(path, options);
  });
}
