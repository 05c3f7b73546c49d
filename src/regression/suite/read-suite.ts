import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { DocktapeError, messageOf } from '../../errors.js';
import type { Suite, TestCase } from '../suite.js';
import { checkCases } from './check-cases.js';
import { checkSchema } from './check-schema.js';
import type { LocatedNode } from './located-node.js';
import { listed, member, text } from './node-access.js';
import { Problems } from './problems.js';
import { readCase } from './read-case.js';
import type { ReadContext } from './read-context.js';
import { readSuiteSettings } from './read-settings.js';
import { readYaml } from './read-yaml.js';

/**
 * Reads a suite. The files that it names are not looked at.
 *
 * @param path the suite's file, relative to the working directory or absolute; the suite's own paths become so too
 * @throws SuiteError with everything that is wrong with the text
 * @throws DocktapeError `SUITE` when there is no text to read
 */
export function readSuite(path: string): Suite {
  const root = readYaml(path, readText(path));
  const problems = new Problems();
  if (isRulesFile(root)) {
    const fix = `write a suite that has them under rules; \`docktape test --init CAPTURE -r ${path}\` writes a first one`;
    problems.report(`these are rules, not a suite: ${fix}`, root.place);
    problems.throwIfAny();
  }
  checkSchema(root, problems);
  problems.throwIfAny();
  const folder = dirname(path);
  const context: ReadContext = { problems, pathOf: (name) => (isAbsolute(name) ? name : join(folder, name)) };
  const suite: Suite = {
    path,
    rules: listed(member(root, 'rules')).map((rules) => context.pathOf(text(rules))),
    settings: readSuiteSettings(member(root, 'settings'), context),
    cases: readCases(listed(member(root, 'cases')), context),
  };
  problems.throwIfAny();
  return suite;
}

/** What is easily given in a suite's place. */
function isRulesFile(root: LocatedNode): boolean {
  const keys = ['rule', 'macro', 'list', 'required_engine_version', 'required_plugin_versions'];
  return root.kind === 'list' && root.items.some((item) => keys.some((key) => member(item, key)));
}

function readCases(nodes: readonly LocatedNode[], context: ReadContext): TestCase[] {
  const cases = nodes.map((node) => ({ node, testCase: readCase(node, context) }));
  checkCases(cases, context.problems);
  return cases.map(({ testCase }) => testCase);
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new DocktapeError('SUITE', `cannot read the suite ${path}: ${messageOf(cause)}`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DocktapeError('SUITE', `the suite ${path} is not UTF-8 text: save it in that encoding`, { cause });
  }
}
