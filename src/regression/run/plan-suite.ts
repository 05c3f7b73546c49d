import { DocktapeError } from '../../errors.js';
import { Engine } from '../../rules/engine.js';
import type { EventOrigin } from '../../rules/event-origin.js';
import { type Finding, findingOf } from '../../rules/finding.js';
import { loadRulesFiles, type RulesFile } from '../../rules/load/load-files.js';
import type { RuleObservation } from '../../rules/observe/observation.js';
import { readRulesFiles } from '../../rules/rules-files.js';
import { FieldReader } from '../judge/field-reader.js';
import { type PreparedCase, prepareCase } from '../judge/prepare-case.js';
import { RuleBook } from '../judge/rule-book.js';
import type { Suite, TestCase } from '../suite.js';

/** A suite whose rules were loaded. */
export interface SuitePlan {
  readonly suite: Suite;
  /** None when one of them cannot be read. */
  readonly files: readonly RulesFile[];
  readonly findings: readonly Finding[];
  /** The selected cases; none when the rules have errors. */
  readonly cases: readonly PreparedCase[];
  /** The rules that are evaluated, before any event. */
  readonly rules: readonly RuleObservation[];
}

/** Loads a suite's rules and reads the cases that are selected. Rules that do not load are told as findings. */
export function planSuite(suite: Suite, origin: EventOrigin, isSelected: (testCase: TestCase) => boolean): SuitePlan {
  const { files, findings: unread } = readFiles(suite.rules);
  if (unread.length > 0) return { suite, files: [], findings: unread, cases: [], rules: [] };
  const { settings } = suite;
  const extras = { appended: settings.appendOutput, details: new Map() };
  const { compiled, errors, warnings } = loadRulesFiles(files, origin, extras);
  const findings = [
    ...errors.map((error) => findingOf(error, 'error')),
    ...warnings.map((warning) => findingOf(warning, 'warning')),
  ];
  if (!compiled) return { suite, files, findings, cases: [], rules: [] };
  const book = new RuleBook(compiled.rules, settings.priority);
  const fields = new FieldReader(origin);
  const { engine } = Engine.load(files, origin, { ...settings, observe: true });
  return {
    suite,
    files,
    findings,
    cases: suite.cases.filter(isSelected).map((testCase) => prepareCase(testCase, book, fields)),
    rules: engine?.observations() ?? [],
  };
}

/** The rules files, and findings about those that cannot be read. */
function readFiles(paths: readonly string[]): Pick<SuitePlan, 'files' | 'findings'> {
  const files: RulesFile[] = [];
  const findings: Finding[] = [];
  for (const path of paths) {
    try {
      files.push(...readRulesFiles([path]));
    } catch (error) {
      if (!(error instanceof DocktapeError)) throw error;
      const { message } = error;
      const place = { file: path, line: 1, column: 1 };
      findings.push({ severity: 'error', code: 'LOAD_ERR_FILE_READ', message, place, text: message });
    }
  }
  return { files, findings };
}
