import { Command, Option } from 'commander';
import { DocktapeError } from '../errors.js';
import { withDockerPlugin } from '../falco/docker-plugin.js';
import type { LoadedPlugin } from '../falco/plugin.js';
import { type JsonData, jsonText } from '../json.js';
import { checkRules } from '../lint/check-rules.js';
import { ObservedRules } from '../regression/coverage/merge-observations.js';
import { findingAnnotations } from '../regression/reporters/github-findings.js';
import { workflowCommand } from '../regression/reporters/workflow-command.js';
import { openStream } from '../regression/run/event-streams.js';
import { Engine } from '../rules/engine.js';
import type { Finding } from '../rules/finding.js';
import type { RuleObservation } from '../rules/observe/observation.js';
import { printableLines } from '../rules/output/printable.js';
import { readRulesFiles } from '../rules/rules-files.js';
import { plural } from '../text/quantities.js';
import { ExitCode } from './exit-codes.js';
import { onInterrupt } from './interruption.js';
import { LineOutput } from './output.js';
import {
  addSettingsOptions,
  collect,
  RULES_FLAGS,
  RULES_HELP,
  type RulesInput,
  readSettingsOptions,
} from './rules-options.js';

interface LintOptions {
  readonly rules: string[];
  readonly option: string[];
  readonly config?: string;
  readonly capture: readonly string[];
  readonly json?: boolean;
  readonly github?: boolean;
  readonly strict?: boolean;
}

const help = `
Beside Falco's own errors and warnings it looks for rules that can never fire or that an earlier rule shadows, for values that no
Docker daemon sends, for comparisons that surprise where a field is absent, and for rules that a container's labels can steer.
With captures it says what was seen there. docs/lint.md explains each finding.

Exit codes: 0 no errors, 1 warnings with --strict, 2 errors.

Examples:
  docktape lint rules/
  docktape lint rules/ --capture night.db --strict`;

/** `docktape lint`: what is likely wrong with rules. */
export function lintCommand(): Command {
  const command = new Command('lint')
    .description('Say what is likely wrong with rules, beyond what Falco itself says.')
    .argument('[rules...]', 'rules files and folders, in order')
    .option(RULES_FLAGS, `${RULES_HELP}; after those without -r`, collect, [])
    .option('--capture <file>', 'a capture to see what the rules do on it; repeatable', collect, []);
  return addSettingsOptions(command)
    .option('--strict', 'exit with 1 when there are warnings')
    .addOption(new Option('--json', 'print the findings as JSON').conflicts('github'))
    .option('--github', 'print the findings as annotations of GitHub Actions')
    .addHelpText('after', help)
    .action(lint);
}

async function lint(paths: string[], options: LintOptions): Promise<void> {
  const signal = onInterrupt();
  const rules = [...paths, ...options.rules];
  if (rules.length === 0) throw new DocktapeError('USAGE', 'no rules to look at: name a rules file or a folder');
  const input = { settings: readSettingsOptions(options), files: readRulesFiles(rules) };
  const result = await withDockerPlugin({}, (plugin) => examine(input, options.capture, plugin, signal));
  if (signal.aborted) {
    process.exitCode = ExitCode.interrupted;
    return;
  }
  const output = new LineOutput();
  for (const line of render(result, options)) output.line(line);
  await output.flush();
  process.exitCode = exitCodeOf(result.findings, options);
}

/** What was found in how many rules. */
interface Result {
  readonly findings: readonly Finding[];
  readonly rules: number;
}

async function examine(
  { settings, files }: RulesInput,
  captures: readonly string[],
  plugin: LoadedPlugin,
  signal: AbortSignal,
): Promise<Result> {
  const load = () => Engine.load(files, plugin, { ...settings, observe: true }).engine;
  const rules = load()?.rules.length;
  if (rules === 0) {
    const source = plugin.info.eventSource;
    throw new DocktapeError('RULES', `no rules to look at: none of source ${source} that is enabled is in these files`);
  }
  if (rules === undefined) return { findings: checkRules(files, plugin, settings), rules: 0 };
  const observed = new ObservedRules();
  for (const path of captures) {
    if (signal.aborted) break;
    const engine = load();
    if (engine) observed.add(await observe(engine, path, plugin, signal));
  }
  if (signal.aborted) return { findings: [], rules };
  const observations = captures.length > 0 ? observed.values() : undefined;
  return { findings: checkRules(files, plugin, settings, observations), rules };
}

/** What an engine of its own saw over a capture. */
async function observe(
  engine: Engine,
  path: string,
  plugin: LoadedPlugin,
  signal: AbortSignal,
): Promise<RuleObservation[]> {
  const stream = openStream({ kind: 'capture', path, selection: {} }, plugin, signal);
  try {
    for await (const batch of stream.batches) engine.evaluate(batch);
  } finally {
    stream.close();
  }
  return engine.observations();
}

function render({ findings, rules }: Result, { json, github }: LintOptions): string[] {
  const sorted = [...findings].sort(byPlace);
  if (github) return findingAnnotations(sorted).map(workflowCommand);
  const counts = countsOf(findings);
  if (json) {
    const data = { version: 1, rules, ...counts, findings: sorted };
    // Findings are plain data, but TypeScript takes no interface for a type with an index signature.
    return [jsonText(data as unknown as JsonData, 2)];
  }
  const numbers = `${plural(counts.errors, 'error')}, ${plural(counts.warnings, 'warning')}`;
  const summary = counts.errors > 0 ? numbers : `${numbers} in ${plural(rules, 'rule')}`;
  return [...sorted.flatMap(({ text }) => [...printableLines(text), '']), summary];
}

/** File by file, and from top to bottom. */
function byPlace(a: Finding, b: Finding): number {
  if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
  return a.place.line - b.place.line || a.place.column - b.place.column;
}

function countsOf(findings: readonly Finding[]): { errors: number; warnings: number } {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: findings.length - errors };
}

function exitCodeOf(findings: readonly Finding[], { strict }: LintOptions): number {
  const { errors, warnings } = countsOf(findings);
  if (errors > 0) return ExitCode.failure;
  return strict && warnings > 0 ? ExitCode.unmet : ExitCode.ok;
}
