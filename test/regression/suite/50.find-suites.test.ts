import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DocktapeError } from '#docktape/errors.js';
import { findSuites } from '#docktape/regression/suite/find-suites.js';
import { folderOf } from './support/suite-files.js';

function errorOf(paths: readonly string[]): string {
  try {
    findSuites(paths);
  } catch (error) {
    if (error instanceof DocktapeError && error.code === 'SUITE') return error.message;
    throw error;
  }
  throw new Error('it finds some');
}

describe('suites', () => {
  const folder = () =>
    folderOf({
      'b.suite.yaml': '',
      'a/z.suite.yml': '',
      'a/deep/er/x.suite.yaml': '',
      'c.yaml': '',
      'suite.yaml': '',
      'x.suite.yaml.bak': '',
      'x.suite.json': '',
      'node_modules/m/a.suite.yaml': '',
      'a/node_modules/a.suite.yaml': '',
      '.git/a.suite.yaml': '',
      'd.suite.yaml/e.suite.yaml': '',
    });

  it('of a folder are all below it, sorted', () => {
    const root = folder();
    const found = ['a/deep/er/x.suite.yaml', 'a/z.suite.yml', 'b.suite.yaml', 'd.suite.yaml/e.suite.yaml'];
    expect(findSuites([root])).toEqual(found.map((path) => join(root, path)));
    const short = relative(process.cwd(), root);
    expect(findSuites([short])).toEqual(found.map((path) => join(short, path)));
  });

  it('are files whatever their names, and in folders whatever theirs when they are asked for', () => {
    const root = folder();
    const paths = ['x.suite.yaml.bak', 'c.yaml'].map((path) => join(root, path));
    expect(findSuites(paths)).toEqual(paths);
    expect(findSuites([join(root, '.git'), join(root, 'node_modules')])).toEqual([
      join(root, '.git/a.suite.yaml'),
      join(root, 'node_modules/m/a.suite.yaml'),
    ]);
  });

  it('come in the order of the arguments, each once and as it was named first', () => {
    const root = folder();
    const [z, x] = ['a/z.suite.yml', 'a/deep/er/x.suite.yaml'].map((path) => join(root, path));
    expect(findSuites([`${root}/a/../a/z.suite.yml`, join(root, 'a'), z as string])).toEqual([
      `${root}/a/../a/z.suite.yml`,
      x,
    ]);
  });

  it('are links to files, but not what is behind links to folders', () => {
    const root = folderOf({ 'a/a.suite.yaml': '', 'b/c.yaml': '' });
    symlinkSync(join(root, 'a/a.suite.yaml'), join(root, 'b/d.suite.yaml'));
    symlinkSync(root, join(root, 'b/loop'));
    expect(findSuites([join(root, 'b')])).toEqual([join(root, 'b/d.suite.yaml')]);
  });

  it('are none for no arguments', () => {
    expect(findSuites([])).toEqual([]);
  });
});

describe('an error says what to do about', () => {
  it('a path that is not there, or cannot be', () => {
    const root = folderOf({});
    const path = join(root, 'a.suite.yaml');
    expect(errorOf([path])).toBe(`there is no suite or folder ${path}: check the path`);
    expect(errorOf([join(folderOf({ 'a.yaml': '' }), 'a.yaml/b.yaml')])).toMatch(
      /^cannot look for suites at .* ENOTDIR/,
    );
  });

  it('a folder without suites, also beside one that has some', () => {
    const root = folderOf({ 'a/a.suite.yaml': '', 'b/b.yaml': '', 'b/.c/c.suite.yaml': '' });
    expect(errorOf([join(root, 'a'), join(root, 'b')])).toBe(
      `no suite is below the folder ${join(root, 'b')}: name one NAME.suite.yaml; ` +
        '`docktape test --init CAPTURE -r RULES` writes a first one',
    );
  });
});
