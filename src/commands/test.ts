import { Command } from 'commander';
import { DocktapeError } from '../errors.js';
import { engineChoice } from './engine-options.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { testAgainst } from './test/against.js';
import { initTests } from './test/init.js';
import { addTestOptions, DEFAULTS, type TestOptions } from './test/options.js';
import { runTests, suitesOf } from './test/run.js';
import { watchTests } from './test/watch.js';

const help = `
A suite is a YAML file that says what rules must say about recorded events: docs/test.md. SUITE is such a file, or a folder
whose *.suite.yaml files are run; without any, those below the working directory.

Examples:
  docktape test                                              every suite here
  docktape test --init night.db -r rules/ --output night.suite.yaml
  docktape test night.suite.yaml --coverage --min-coverage 90
  docktape test --against origin/main --fail-on lost         what do the rules catch less than before?
  docktape test --against HEAD --capture week.db             the same, over another capture too
  docktape test --reporter pretty --reporter junit=report.xml
  docktape test --engine both                                does the installed Falco say the same?

Exit codes: 0 all cases passed, 1 some did not (or --min-coverage, --fail-on), 2 wrong use, a broken rule or suite. Where CI is
set nothing is written, and a missing golden is a failure.`;

/** `docktape test`: suites, and comparisons of rules with what they were. */
export function testCommand(): Command {
  const command = new Command('test')
    .description('Test rules against captures: suites of expectations, or what changed since a git reference.')
    .argument('[suites...]', 'suites, or folders of them (default: the working directory)');
  return addTestOptions(command).addHelpText('after', help).action(test);
}

async function test(paths: string[], given: Omit<TestOptions, keyof typeof DEFAULTS>): Promise<void> {
  const options: TestOptions = { ...DEFAULTS, ...given };
  const signal = onInterrupt();
  checkUse(paths, options);
  try {
    process.exitCode = await perform(paths, options, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = ExitCode.interrupted;
  }
}

function perform(paths: string[], options: TestOptions, signal: AbortSignal): Promise<number> {
  const { init, against, watch } = options;
  if (init) return initTests([...init, ...paths], options, signal);
  if (against !== undefined) return testAgainst(against, paths, options, signal);
  if (!watch) return runTests(suitesOf(paths), options, signal);
  const roots = paths.length > 0 ? paths : ['.'];
  return watchTests(
    roots,
    () => suitesOf(paths),
    (suites) => runTests(suites, options, signal),
    signal,
  );
}

/** Options that would be passed over in silence are refused. */
function checkUse(paths: readonly string[], options: TestOptions): void {
  const { init, against, rules } = options;
  const refuse = (message: string): never => {
    throw new DocktapeError('USAGE', message);
  };
  if (engineChoice(options).kind !== 'embedded') {
    if (against !== undefined) refuse('--engine does not go with --against: rules are compared by the embedded engine');
    if (init !== undefined)
      refuse('--engine does not go with --init: a first suite says what the embedded engine says');
  }
  if (init === undefined && options.output !== undefined) refuse('--output goes with --init');
  if (against === undefined) {
    if (options.failOn !== undefined) refuse('--fail-on goes with --against');
    if (options.capture.length > 0) refuse('--capture goes with --against; a suite names its captures itself');
    if (init === undefined && rules.length > 0)
      refuse('-r goes with --init and --against; a suite names its rules itself');
  }
  if (rules.length === 0 && (options.option.length > 0 || options.config !== undefined)) {
    refuse('-o and -c go with -r; a suite has its settings itself');
  }
  if (against !== undefined && rules.length > 0 && paths.length > 0)
    refuse('give suites, or -r with --capture, but not both');
}
