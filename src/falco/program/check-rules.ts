import { type Finding, findingOf } from '../../rules/finding.js';
import { falcoEnvironment } from './environment.js';
import { falcoConfig } from './falco-config.js';
import { FalcoFailure } from './falco-failure.js';
import type { FalcoProgram, FalcoRules, FalcoRun } from './falco-run.js';
import { FindingPlaces } from './finding-place.js';
import { type DescribedRule, type LoadRemark, type LoadResult, readVerdict } from './load-results.js';
import { readLoadText } from './load-text.js';
import { PrivateFolder } from './private-folder.js';
import { nameOf } from './program-name.js';
import { unmetRequirement } from './requirements.js';
import { type RunToEnd, runToEnd } from './run-to-end.js';

/** How long Falco may take to load rules, in milliseconds, and how much it may say of them, in bytes. */
const LIMIT = 60_000;
const MAX_OUTPUT = 256 * 2 ** 20;

/** What Falco says of rules. */
export interface CheckedRules {
  readonly findings: readonly Finding[];
  /** The rules; none of rules with errors. */
  readonly rules: readonly DescribedRule[];
}

/**
 * Has Falco load rules without running them (`-V`, `-L`).
 *
 * @throws DocktapeError `FALCO` when it fails for another reason than the rules; the signal's reason
 */
export async function checkRules(rules: FalcoRules & Pick<FalcoRun, 'details'>): Promise<CheckedRules> {
  if (rules.files.length === 0) return { findings: [], rules: [] };
  const folder = new PrivateFolder(rules.files);
  try {
    const answer = await validate(rules, folder, true);
    const verdict = readVerdict(answer.stdout);
    if (verdict) {
      const described = verdict.falco_describe_results?.rules ?? [];
      return { findings: findingsOf(verdict.falco_load_results, folder), rules: described };
    }
    const { reason = '' } = answer.stderr;
    const unmet = unmetRequirement(reason, folder.files);
    if (unmet) return { findings: [unmet], rules: [] };
    if (reason.includes('json.exception')) {
      const { stdout } = await validate(rules, folder, false);
      const findings = findingsOf(
        readLoadText(stdout, (path) => folder.fileOf(path)?.text),
        folder,
      );
      if (findings.length > 0) return { findings, rules: [] };
    }
    throw failure(rules.program, answer, folder);
  } finally {
    folder.remove();
  }
}

function validate(
  rules: FalcoRules & Pick<FalcoRun, 'details'>,
  folder: PrivateFolder,
  json: boolean,
): Promise<RunToEnd> {
  const { program, signal } = rules;
  const config = folder.write('falco.yaml', falcoConfig({ ...rules, rules: folder.rules }));
  const what = [...(json ? ['-L'] : ['-o', 'json_output=false']), ...folder.rules.flatMap((path) => ['-V', path])];
  return runToEnd({
    program: program.path,
    args: ['-c', config, '--enable-source', 'docker', ...what],
    env: falcoEnvironment({}),
    folder: folder.path,
    limit: LIMIT,
    maxOutput: MAX_OUTPUT,
    signal,
  });
}

function failure(program: FalcoProgram, { ending, stderr }: RunToEnd, folder: PrivateFolder): FalcoFailure {
  const how = ending.signal ? `was ended by ${ending.signal}` : `ended with exit code ${ending.code}`;
  const reason = stderr.reason === undefined ? '' : `: ${folder.withNames(stderr.reason)}`;
  return new FalcoFailure(`${nameOf(program)} ${how} when it was to load the rules${reason}`, stderr.last);
}

/** Each thing once: with every further file, Falco says again what it has against those before. */
function findingsOf(results: readonly LoadResult[], folder: PrivateFolder): Finding[] {
  const places = new FindingPlaces(folder.files);
  const findings = new Map<string, Finding>();
  const add = (severity: Finding['severity'], remark: LoadRemark, path: string) => {
    const { code, context } = remark;
    const file = folder.fileOf(path);
    if (!file) return;
    const message = oneLine(folder.withNames(remark.message));
    const finding = findingOf({ code, message, place: places.place(file, path, context.locations) }, severity);
    findings.set(finding.text, finding);
  };
  for (const { name, errors, warnings } of results) {
    for (const error of errors) add('error', error, pathOf(error, name));
    for (const warning of warnings) add('warning', warning, pathOf(warning, name));
  }
  return [...findings.values()];
}

/** The file that a remark is about, which may be one before the one that was loaded. */
function pathOf({ context }: LoadRemark, loaded: string): string {
  return context.locations[0]?.position.name ?? loaded;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
