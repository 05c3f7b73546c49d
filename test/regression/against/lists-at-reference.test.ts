import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FormerList, listsAtReference } from '#docktape/regression/against/lists-at-reference.js';
import { inFolder, Repository, temporaryFolder } from './repository.js';

let repository: Repository;

beforeEach(() => {
  repository = new Repository();
  repository.write({
    'tests/one.suite.yaml': 'rules: [../rules/a.yaml, ../rules/b.yaml]\nof another time: true\n',
    'tests/two.suite.yaml': 'rules: ../rules\n',
    'tests/broken.suite.yaml': 'rules: [a.yaml\n',
  });
  repository.commit();
});

afterEach(() => repository.remove());

/** What a suite named at HEAD that names `rules` now. */
function at(path: string, rules: readonly string[], reference = 'HEAD'): FormerList | undefined {
  return inFolder(repository.path, () => listsAtReference([{ path, rules }], reference))[0];
}

describe('the rules that a suite named', () => {
  test('are those of its text then, with a note when it names others now', () => {
    expect(at('tests/one.suite.yaml', ['rules/a.yaml'])).toEqual({
      rules: ['rules/a.yaml', 'rules/b.yaml'],
      notes: ['tests/one.suite.yaml named other rules at HEAD, which are compared: rules/a.yaml, rules/b.yaml'],
    });
    expect(at('tests/two.suite.yaml', ['rules'])).toEqual({ rules: ['rules'], notes: [] });
  });

  test('are found when the suite has moved since', () => {
    repository.git('mv', 'tests/one.suite.yaml', 'moved.suite.yaml');
    expect(at('moved.suite.yaml', ['rules/a.yaml'])?.rules).toEqual(['rules/a.yaml', 'rules/b.yaml']);
  });

  test('are those that it names now where there was no such suite', () => {
    const outside = temporaryFolder();
    try {
      for (const path of ['tests/new.suite.yaml', join(outside, 'one.suite.yaml')]) {
        expect(at(path, ['rules/a.yaml'])).toEqual({ rules: ['rules/a.yaml'], notes: [] });
      }
    } finally {
      rmSync(outside, { recursive: true });
    }
    expect(at('tests/one.suite.yaml', ['rules/a.yaml'], 'tests')).toEqual({ rules: ['rules/a.yaml'], notes: [] });
  });

  test('are those that it names now, with a note, where it could not be read then', () => {
    expect(at('tests/broken.suite.yaml', ['a.yaml'])).toEqual({
      rules: ['a.yaml'],
      notes: [expect.stringContaining('tests/broken.suite.yaml cannot be read as it was at HEAD')],
    });
  });

  test('are refused for what is no reference', () => {
    expect(() => at('tests/one.suite.yaml', ['a.yaml'], 'nosuch')).toThrow("'nosuch' is neither a folder nor");
  });
});
