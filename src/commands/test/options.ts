import { type Command, InvalidArgumentError, Option } from 'commander';
import { reporters } from '../../regression/reporters/index.js';
import { countOption } from '../duration.js';
import { type EngineOptions, engineOption, falcoTimeoutOption, TEST_ENGINES } from '../engine-options.js';

/** A reporter, and the file that its report goes to; without one it is printed. */
export interface ReporterUse {
  readonly name: string;
  readonly file?: string;
}

/** What was given on the command line; what was not is as {@link DEFAULTS} say. */
export interface TestOptions extends EngineOptions {
  readonly filter?: string;
  readonly rerunFailed?: boolean;
  readonly watch?: boolean;
  readonly update?: boolean;
  readonly reporter: readonly ReporterUse[];
  readonly coverage?: boolean;
  readonly verbose?: boolean;
  readonly minCoverage?: number;
  readonly lint: boolean;
  readonly workers?: number;
  readonly against?: string;
  readonly failOn?: 'lost' | 'any';
  readonly capture: readonly string[];
  readonly init?: readonly string[];
  readonly output?: string;
  readonly rules: readonly string[];
  readonly option: readonly string[];
  readonly config?: string;
}

/** Options that can be repeated, when they are not given at all. */
export const DEFAULTS = { reporter: [], capture: [], rules: [], option: [] } as const;

/** Adds the options of `docktape test`. Those of another way to use it are refused together. */
export function addTestOptions(command: Command): Command {
  const collect = (value: string, values: readonly string[] = []) => [...values, value];
  const names = Object.keys(reporters).join(', ');
  const options: Option[] = [];
  const add = (flags: string, description: string) => {
    const option = new Option(flags, description);
    options.push(option);
    return option;
  };
  add('--filter <text>', 'only cases whose suite or name contains this; /…/ is a regular expression');
  add('--rerun-failed', 'only the cases that failed in the last run here');
  add('--watch', 'run again whenever a suite, a rules file, a capture or a golden changes, until Ctrl-C');
  add('--update', 'write the goldens anew, and print what changed').conflicts('watch');
  add(
    '--reporter <name[=file]>',
    `${names}; repeatable, each with a file or on standard output (default: pretty)`,
  ).argParser((text: string, uses: readonly ReporterUse[] = []) => [...uses, reporterUse(text)]);
  add('--coverage', 'print which rules are tested, and which comparisons were never true or never false');
  add('--min-coverage <percent>', 'fail below this share of rules with a positive and a negative case').argParser(
    percent,
  );
  add('--verbose', 'longer lists, the figures of each case, and the failures that are known');
  add('--no-lint', 'leave out what lint finds');
  add('--workers <n>', 'how many streams of events are evaluated at once (default: one a processor)').argParser(
    countOption,
  );
  options.push(
    engineOption(
      'embedded (default), falco, or both, which must agree; falco=PATH, both=PATH, DOCKTAPE_FALCO, or the PATH',
      TEST_ENGINES,
    ),
    falcoTimeoutOption('10m'),
  );
  add(
    '--against <ref|dir>',
    'compare the rules with what they were at a git reference, or are in another folder',
  ).conflicts(['update', 'watch', 'rerunFailed', 'minCoverage', 'coverage']);
  add('--fail-on <change>', 'with --against: exit 1 when alerts were lost, or for any change').choices(['lost', 'any']);
  add('--capture <file>', 'with --against: another capture to compare over; repeatable').argParser(collect);
  add('--init <captures...>', 'write a first suite from what the rules say on captures now').conflicts([
    'against',
    'update',
    'watch',
    'filter',
    'rerunFailed',
    'reporter',
    'coverage',
    'minCoverage',
    'verbose',
  ]);
  add('--output <file>', 'with --init: where the suite goes (default: standard output)');
  add('-r, --rules <path>', 'with --init, or --against without a suite: a rules file or folder; repeatable').argParser(
    collect,
  );
  add('-o, --option <key=value>', 'with -r: a Falco setting that shapes alerts; repeatable').argParser(collect);
  add('-c, --config <file>', 'with -r: a falco.yaml, for its settings that shape alerts');
  // A command reads an option's default when the option is added.
  for (const option of options) command.addOption(option);
  return command;
}

function reporterUse(text: string): ReporterUse {
  const [name = '', ...rest] = text.split('=');
  if (!(name in reporters)) {
    throw new InvalidArgumentError(`There is no reporter '${name}': ${Object.keys(reporters).join(', ')}.`);
  }
  if (rest.length === 0) return { name };
  const file = rest.join('=');
  if (file === '') throw new InvalidArgumentError(`Write ${name}=FILE, or ${name} alone for standard output.`);
  return { name, file };
}

function percent(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > 100) throw new InvalidArgumentError('A number from 0 to 100 is wanted.');
  return value;
}
