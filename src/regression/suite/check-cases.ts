import { resolve } from 'node:path';
import type { TestCase } from '../suite.js';
import type { LocatedNode } from './located-node.js';
import { member } from './node-access.js';
import type { Problems } from './problems.js';

/** A case, and the mapping that it was read from. */
export interface WrittenCase {
  readonly testCase: TestCase;
  readonly node: LocatedNode;
}

/** Reports what cases may not have in common: a name, and a golden, which each would overwrite with its own alerts. */
export function checkCases(cases: readonly WrittenCase[], problems: Problems): void {
  const names = new Map<string, TestCase>();
  const goldens = new Map<string, TestCase>();
  for (const { testCase, node } of cases) {
    const { name, expectation } = testCase;
    const namesake = names.get(name);
    if (namesake) {
      const message = `there is a case '${name}' already, in line ${namesake.place.line}: names are unique`;
      problems.report(message, (member(node, 'name') ?? node).place);
    } else names.set(name, testCase);
    if (expectation.kind !== 'golden') continue;
    const path = resolve(expectation.path);
    const owner = goldens.get(path);
    if (owner) {
      const message = `the golden is that of the case in line ${owner.place.line} already: give each case a file of its own`;
      problems.report(message, (member(node, 'golden') ?? node).place);
    } else goldens.set(path, testCase);
  }
}
