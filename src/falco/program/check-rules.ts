import { type Finding, findingOf } from '../../rules/finding.js';
import { falcoEnvironment } from './environment.js';
import { falcoConfig } from './falco-config.js';
import { FalcoFailure } from './falco-failure.js';
import type { FalcoRules, FalcoRun } from './falco-run.js';
import { FindingPlaces } from './finding-place.js';
import { type DescribedRule, type LoadRemark, readVerdict, type Verdict } from './load-results.js';
import { PrivateFolder } from './private-folder.js';
import { nameOf } from './program-name.js';
import { unmetRequirement } from './requirements.js';
import { runToEnd } from './run-to-end.js';

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
  const { program, signal } = rules;
  const folder = new PrivateFolder(rules.files);
  try {
    const config = folder.write('falco.yaml', falcoConfig({ ...rules, rules: folder.rules }));
    const args = ['-c', config, '--enable-source', 'docker', '-L', ...folder.rules.flatMap((path) => ['-V', path])];
    const { ending, stdout, stderr } = await runToEnd({
      program: program.path,
      args,
      env: falcoEnvironment({}),
      folder: folder.path,
      limit: LIMIT,
      maxOutput: MAX_OUTPUT,
      signal,
    });
    const verdict = readVerdict(stdout);
    if (verdict) return { findings: findingsOf(verdict, folder), rules: verdict.falco_describe_results?.rules ?? [] };
    const unmet = unmetRequirement(stderr.reason ?? '', folder.files);
    if (unmet) return { findings: [unmet], rules: [] };
    const how = ending.signal ? `was ended by ${ending.signal}` : `ended with exit code ${ending.code}`;
    const reason = stderr.reason === undefined ? '' : `: ${folder.withNames(stderr.reason)}`;
    throw new FalcoFailure(`${nameOf(program)} ${how} when it was to load the rules${reason}`, stderr.last);
  } finally {
    folder.remove();
  }
}

function findingsOf({ falco_load_results: results }: Verdict, folder: PrivateFolder): Finding[] {
  const places = new FindingPlaces(folder.files);
  return results.flatMap(({ name, errors, warnings }) => {
    const file = folder.fileOf(name);
    if (!file) return [];
    const finding =
      (severity: Finding['severity']) =>
      ({ code, message, context }: LoadRemark) =>
        findingOf(
          { code, message: oneLine(folder.withNames(message)), place: places.place(file, name, context.locations) },
          severity,
        );
    return [...errors.map(finding('error')), ...warnings.map(finding('warning'))];
  });
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
