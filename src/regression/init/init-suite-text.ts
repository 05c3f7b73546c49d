import { basename, dirname, relative } from 'node:path';
import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { FalcoSettings } from '../../falco/settings.js';
import { printable } from '../../rules/output/printable.js';
import { settingsData } from './settings-data.js';

/** What rules said about a capture. */
export interface CaptureAlerts {
  /** The capture, relative to the working directory or absolute. */
  readonly path: string;
  /** How many alerts each rule raised, in the order in which the rules did so first. */
  readonly fired: ReadonlyMap<string, number>;
  /** The other rules that were evaluated. */
  readonly silent: readonly string[];
}

export interface InitInput {
  /** Where the suite will stand. The paths in it are relative to its folder. */
  readonly suitePath: string;
  readonly rulesPaths: readonly string[];
  readonly settings: FalcoSettings;
  /** Each capture once. */
  readonly captures: readonly CaptureAlerts[];
}

const HEADER = ` Written by \`docktape test --init\` from what the rules said at the time. It holds what is, which need not be right: review
 every alert and every silence, give the cases names that say what they show, and leave out what does not matter.`;

/** The text of a suite that expects of each capture exactly the alerts that its rules raised. */
export function initSuiteText({ suitePath, rulesPaths, settings, captures }: InitInput): string {
  const folder = dirname(suitePath);
  const relativePath = (path: string) => relative(folder, path) || '.';
  const rules = rulesPaths.map(relativePath);
  const changed = settingsData(settings);
  const paths = captures.map(({ path }) => relativePath(path));
  const names = caseNames(paths);
  const document = new Document({
    rules: rules.length === 1 ? rules[0] : rules,
    ...(Object.keys(changed).length > 0 && { settings: changed }),
    cases: captures.map(({ fired }, i) => ({ name: names[i], capture: paths[i], expect: expectation(fired) })),
  });
  document.commentBefore = HEADER;
  layOut(document, captures);
  // No line is broken, so that names and paths can be searched for.
  return document.toString({ lineWidth: 0 });
}

function expectation(fired: ReadonlyMap<string, number>): unknown {
  return fired.size === 0 ? 'none' : [...fired].map(([rule, count]) => ({ rule, count }));
}

/** A name for each case: the capture's, with its folder where captures have the same name. */
function caseNames(paths: readonly string[]): string[] {
  const bases = paths.map((path) => basename(path));
  return paths.map((path, i) => {
    const isUnique = bases.indexOf(bases[i] as string) === bases.lastIndexOf(bases[i] as string);
    return `Alerts on ${isUnique ? bases[i] : path}`;
  });
}

/** Adds empty lines, and to each case the comment that names the rules that stayed silent. */
function layOut(document: Document, captures: readonly CaptureAlerts[]): void {
  const cases = document.get('cases');
  if (!isMap(document.contents) || !isSeq(cases)) throw new Error('the document is not as it was made');
  for (const { key } of document.contents.items.slice(1)) if (isScalar(key)) key.spaceBefore = true;
  for (const [i, item] of cases.items.entries()) {
    if (!isMap(item)) continue;
    item.spaceBefore = i > 0;
    const expect = item.items.find(({ key }) => isScalar(key) && key.value === 'expect')?.key;
    const silent = captures[i]?.silent ?? [];
    if (isScalar(expect) && silent.length > 0) expect.commentBefore = silentComment(silent);
  }
}

function silentComment(silent: readonly string[]): string {
  return [' These rules stayed silent:', ...silent.map((rule) => `   ${printable(rule)}`)].join('\n');
}
