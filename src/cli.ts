#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { ExitCode } from './commands/exit-codes.js';
import { exportCommand } from './commands/export.js';
import { fieldsCommand } from './commands/fields.js';
import { importCommand } from './commands/import.js';
import { liveCommand } from './commands/live.js';
import { endQuietlyOnClosedPipe } from './commands/output.js';
import { recordCommand } from './commands/record.js';
import { replayCommand } from './commands/replay.js';
import { showCommand } from './commands/show.js';
import { statsCommand } from './commands/stats.js';
import { DocktapeError } from './errors.js';
import { RulesError } from './rules/diagnostic.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const examples = `
Examples:
  docktape record night.db                  record the local daemon's events until Ctrl-C
  docktape replay night.db -r rules/        what would these rules have said?
  docktape live -r rules/                   the same, on the live stream
  docktape show night.db 'docker.type = container and docker.action = die'

Exit codes: 0 as expected, 1 expectations not met, 2 wrong use, bad input or failure.`;

function program(): Command {
  const root = new Command('docktape')
    .description('Record Docker events, replay them through Falco rules, and stream them live.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples)
    .showSuggestionAfterError();
  const commands = [
    recordCommand(),
    replayCommand(),
    liveCommand(),
    showCommand(),
    statsCommand(),
    importCommand(),
    exportCommand(),
    fieldsCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  // Settings are not inherited by commands that are added whole.
  for (const command of [root, ...commands]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'docktape: ')),
    });
    command.showHelpAfterError(
      `Run \`docktape ${command === root ? '' : `${command.name()} `}--help\` for the options.`,
    );
  }
  return root;
}

async function main(): Promise<void> {
  endQuietlyOnClosedPipe();
  try {
    await program().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong on standard error, once, and gives the exit code for it. */
function report(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.failure;
  if (error instanceof RulesError) console.error(`docktape: ${error.details}`);
  else if (error instanceof DocktapeError) console.error(`docktape: ${error.message}`);
  else console.error('docktape: a defect, please report it:', error);
  return ExitCode.failure;
}

await main();
