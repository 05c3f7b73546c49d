#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { docktapeVersion } from './capture/version.js';
import { ExitCode } from './commands/exit-codes.js';
import { endQuietlyOnClosedPipe } from './commands/output.js';
import { DocktapeError } from './errors.js';

/** The commands, in the order of the help text. Only the one that is called is loaded: most of the start-up is that. */
const commands = new Map<string, () => Promise<Command>>([
  ['record', async () => (await import('./commands/record.js')).recordCommand()],
  ['replay', async () => (await import('./commands/replay.js')).replayCommand()],
  ['explain', async () => (await import('./commands/explain.js')).explainCommand()],
  ['live', async () => (await import('./commands/live.js')).liveCommand()],
  ['lint', async () => (await import('./commands/lint.js')).lintCommand()],
  ['test', async () => (await import('./commands/test.js')).testCommand()],
  ['show', async () => (await import('./commands/show.js')).showCommand()],
  ['stats', async () => (await import('./commands/stats.js')).statsCommand()],
  ['import', async () => (await import('./commands/import.js')).importCommand()],
  ['export', async () => (await import('./commands/export.js')).exportCommand()],
  ['slice', async () => (await import('./commands/slice.js')).sliceCommand()],
  ['merge', async () => (await import('./commands/merge.js')).mergeCommand()],
  ['verify', async () => (await import('./commands/verify.js')).verifyCommand()],
  ['repair', async () => (await import('./commands/repair.js')).repairCommand()],
  ['config', async () => (await import('./commands/config.js')).configCommand()],
  ['doctor', async () => (await import('./commands/doctor.js')).doctorCommand()],
  ['fields', async () => (await import('./commands/fields.js')).fieldsCommand()],
]);

const examples = `
Examples:
  docktape record night.db                  record the local daemon's events until Ctrl-C
  docktape replay night.db -r rules/        what would these rules have said?
  docktape live -r rules/                   the same, on the live stream
  docktape test                             do the rules what their suites say?
  docktape test --against HEAD              what did my change of the rules gain and lose?
  docktape show night.db 'docker.type = container and docker.action = die'

Exit codes: 0 as expected, 1 expectations not met, 2 wrong use, bad input or failure, 130 ended by Ctrl-C
before the work was done.`;

async function program(): Promise<Command> {
  const root = new Command('docktape')
    .description('Record Docker events, replay them through Falco rules, and stream them live.')
    .version(docktapeVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples)
    .showSuggestionAfterError();
  const named = commands.get(process.argv[2] ?? '');
  const loaded = await Promise.all((named ? [named] : [...commands.values()]).map((load) => load()));
  for (const command of loaded) root.addCommand(command);
  // Settings are not inherited by commands that are added whole.
  for (const command of [root, ...loaded]) {
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
  // Node would open its debugger's port; commands that have figures print them.
  process.on('SIGUSR1', () => {});
  // Who stopped listening to what is said beside the output has not asked for an end of the work.
  process.stderr.on('error', () => {});
  try {
    await (await program()).parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Says what went wrong on standard error, once, and gives the exit code for it. */
function report(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.failure;
  if (error instanceof DocktapeError) console.error(`docktape: ${error.details}`);
  else console.error('docktape: a defect, please report it:', error);
  return ExitCode.failure;
}

await main();
