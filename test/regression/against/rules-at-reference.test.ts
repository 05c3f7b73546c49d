import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rulesAtReference } from '#docktape/regression/against/rules-at-reference.js';
import { inFolder, Repository, temporaryFolder, writeFiles } from './repository.js';

let repository: Repository;
let first: string;

beforeEach(() => {
  repository = new Repository();
  repository.write({
    'rules/b.yaml': 'b then',
    'rules/a.yml': 'a then',
    'rules/notes.txt': 'no rules',
    'one.yaml': 'one then',
  });
  first = repository.commit();
  repository.write({ 'rules/b.yaml': 'b now', 'rules/c.yaml': 'c now', 'one.yaml': 'one now' });
});

afterEach(() => repository.remove());

function at(reference: string, paths: readonly string[], folder = repository.path) {
  return inFolder(folder, () => rulesAtReference(paths, reference));
}

describe('01 git references', () => {
  test('give files as they were, and name them by the reference', () => {
    expect(at('HEAD', ['one.yaml', 'rules/b.yaml'])).toEqual({
      label: `HEAD (${first.slice(0, 12)})`,
      files: [
        { name: 'HEAD:one.yaml', text: 'one then' },
        { name: 'HEAD:rules/b.yaml', text: 'b then' },
      ],
      notes: [],
    });
  });

  test('give the rules files of a folder in the order of their names, those that were there', () => {
    expect(at('main', ['rules/']).files).toEqual([
      { name: 'main:rules/a.yml', text: 'a then' },
      { name: 'main:rules/b.yaml', text: 'b then' },
    ]);
  });

  test('may be tags, hashes and expressions', () => {
    repository.git('-c', 'tag.gpgsign=false', 'tag', '-a', '-m', 'Annotated', 'v1');
    const second = repository.commit();
    for (const reference of ['v1', first, first.slice(0, 8), 'HEAD~1', 'main^', 'HEAD@{1}']) {
      const { label, files } = at(reference, ['one.yaml']);
      expect(label).toBe(`${reference} (${first.slice(0, 12)})`);
      expect(files).toEqual([{ name: `${reference}:one.yaml`, text: 'one then' }]);
    }
    expect(at(second, ['one.yaml']).files[0]?.text).toBe('one now');
  });

  test('are looked up from below the top, with paths of any kind', () => {
    const below = join(repository.path, 'rules');
    const texts = (path: string) => at('HEAD', [path], below).files.map(({ text }) => text);
    expect(texts('b.yaml')).toEqual(['b then']);
    expect(texts('.')).toEqual(['a then', 'b then']);
    expect(texts('../one.yaml')).toEqual(['one then']);
    expect(texts('..')).toEqual(['one then']);
    expect(texts(join(repository.path, 'one.yaml'))).toEqual(['one then']);
  });

  test('keep every byte: CRLF, UTF-8, odd names, a file of megabytes', () => {
    const text = `# Größe 📼\r\n${'x'.repeat(3_000_000)}\r\n`;
    repository.write({ 'odd/ä *?: [1].yaml': text });
    repository.commit();
    expect(at('HEAD', ['odd', 'odd/ä *?: [1].yaml']).files).toEqual([
      { name: 'HEAD:odd/ä *?: [1].yaml', text },
      { name: 'HEAD:odd/ä *?: [1].yaml', text },
    ]);
  });

  test('follow symbolic links, in the commit and in the working tree', () => {
    symlinkSync('../one.yaml', join(repository.path, 'rules/linked.yaml'));
    symlinkSync('rules', join(repository.path, 'latest'));
    repository.commit();
    repository.write({ 'one.yaml': 'one later' });
    expect(at('HEAD', ['rules/linked.yaml', 'latest/b.yaml']).files.map(({ text }) => text)).toEqual([
      'one now',
      'b now',
    ]);
    expect(at('HEAD', ['rules']).files.map(({ text }) => text)).toEqual(['a then', 'b now', 'c now', 'one now']);
  });
});

describe('02 rules that were not there', () => {
  test('are left out with a note', () => {
    expect(at('HEAD', ['rules/c.yaml', 'one.yaml'])).toMatchObject({
      files: [{ name: 'HEAD:one.yaml' }],
      notes: ['rules/c.yaml had no rules at HEAD'],
    });
  });

  test('are an error when there was nothing at all', () => {
    expect(() => at('HEAD', ['rules/c.yaml'])).toThrow(
      'there is nothing to compare with: rules/c.yaml had no rules at HEAD; name another reference, or a folder with the rules as they were',
    );
  });

  test('are found though they are gone now', () => {
    rmSync(join(repository.path, 'rules'), { recursive: true });
    expect(at('HEAD', ['rules/b.yaml']).files).toEqual([{ name: 'HEAD:rules/b.yaml', text: 'b then' }]);
  });
});

describe('03 files that moved', () => {
  const long = (name: string) => Array.from({ length: 20 }, (_, i) => `# ${name} ${i}`).join('\n');

  beforeEach(() => {
    rmSync(join(repository.path, 'rules/c.yaml'));
    repository.write({ 'rules/a.yml': long('a'), 'rules/b.yaml': long('b'), 'one.yaml': long('one') });
    repository.commit();
  });

  test('are read where they were, and a note says so', () => {
    repository.git('mv', 'one.yaml', 'rules/b-new.yaml');
    const { files, notes } = at('HEAD', ['rules/b-new.yaml']);
    expect(files).toEqual([{ name: 'HEAD:one.yaml', text: long('one') }]);
    expect(notes).toEqual(['rules/b-new.yaml was one.yaml at HEAD']);
  });

  test('are found from below the top, and in the order of a folder that was moved', () => {
    repository.git('mv', 'rules', 'detection');
    const { files, notes } = at('HEAD', ['.'], join(repository.path, 'detection'));
    expect(files.map(({ name }) => name)).toEqual(['HEAD:../rules/a.yml', 'HEAD:../rules/b.yaml']);
    expect(notes).toEqual(['a.yml was ../rules/a.yml at HEAD', 'b.yaml was ../rules/b.yaml at HEAD']);
  });

  test('and files that are gone are told where only their neighbours are compared', () => {
    rmSync(join(repository.path, 'rules/b.yaml'));
    rmSync(join(repository.path, 'rules/notes.txt'));
    rmSync(join(repository.path, 'one.yaml'));
    expect(at('HEAD', ['rules/a.yml'])).toMatchObject({
      files: [{ name: 'HEAD:rules/a.yml' }],
      notes: ['rules/b.yaml is gone since HEAD, and is not compared: name its folder if it had rules'],
    });
    expect(at('HEAD', ['rules'])).toMatchObject({ files: [{}, { name: 'HEAD:rules/b.yaml' }], notes: [] });
  });
});

describe('04 folders', () => {
  test('give the namesakes of files, and all for a folder, each once', () => {
    writeFiles(repository.path, { 'old/one.yaml': 'one old', 'old/b.yaml': 'b old', 'old/z.txt': 'no rules' });
    expect(at('old', ['one.yaml'])).toEqual({
      label: 'old',
      files: [{ name: 'old/one.yaml', text: 'one old' }],
      notes: [],
    });
    expect(at('old/', ['one.yaml', 'rules']).files.map(({ name }) => name)).toEqual(['old/one.yaml', 'old/b.yaml']);
    expect(at('old', ['rules/a.yml', 'rules/b.yaml']).notes).toEqual(['there is no old/a.yml']);
    expect(() => at('old', ['rules/a.yml'])).toThrow('there is nothing to compare with: there is no old/a.yml');
  });

  test('come before references of the same name, and need no git', () => {
    writeFiles(repository.path, { 'main/one.yaml': 'one old' });
    expect(at('main', ['one.yaml']).label).toBe('main');
    const outside = temporaryFolder();
    writeFiles(outside, { 'one.yaml': 'now', 'old/one.yaml': 'then' });
    expect(at('old', ['one.yaml'], outside).files).toEqual([{ name: 'old/one.yaml', text: 'then' }]);
    rmSync(outside, { recursive: true });
  });

  test('have one file for each that is compared with them', () => {
    writeFiles(repository.path, { 'old/one.yaml': 'one old' });
    expect(() => at('old', ['one.yaml', 'rules/one.yaml'])).toThrow(
      'one.yaml and rules/one.yaml are both compared with old/one.yaml: give the folders that they are in, one comparison for each',
    );
    expect(at('old', ['one.yaml', './one.yaml']).files).toHaveLength(1);
  });

  test('must have rules', () => {
    mkdirSync(join(repository.path, 'empty'));
    expect(() => at('empty', ['rules'])).toThrow('the folder empty has no rules: no .yaml or .yml file is in it');
  });
});

describe('05 errors', () => {
  const cases = [
    ['an unknown reference', 'nosuch', "'nosuch' is neither a folder nor a git reference: git knows no such commit"],
    ['an option', '--all', "'--all' is neither a folder nor a git reference: a reference does not begin with a dash"],
    [
      'something that is no commit',
      'HEAD:one.yaml',
      "'HEAD:one.yaml' is neither a folder nor a git reference: git knows no such commit",
    ],
  ] as const;
  test.each(cases)('%s', (_, reference, message) => {
    expect(() => at(reference, ['one.yaml'])).toThrow(message);
  });

  test('no repository', () => {
    const outside = temporaryFolder();
    writeFiles(outside, { 'one.yaml': 'now' });
    expect(() => at('HEAD', ['one.yaml'], outside)).toThrow(
      /^'HEAD' is neither a folder nor a git reference: not a git repository/,
    );
    rmSync(outside, { recursive: true });
  });

  test('a path outside of the repository', () => {
    const outside = temporaryFolder();
    writeFiles(outside, { 'one.yaml': 'now' });
    expect(() => at('HEAD', [join(outside, 'one.yaml')])).toThrow(
      `${outside}/one.yaml is outside of the git repository ${repository.path}: run docktape in the repository of the rules, or name a folder`,
    );
    rmSync(outside, { recursive: true });
  });

  test('a reference that a shallow clone lacks', () => {
    repository.commit();
    const clone = temporaryFolder();
    repository.git('clone', '-q', '--depth', '1', `file://${repository.path}`, clone);
    expect(() => at(first, ['one.yaml'], clone)).toThrow(/; this clone is shallow, so fetch the reference first$/);
    rmSync(clone, { recursive: true });
  });

  test('no git', () => {
    const { PATH } = process.env;
    process.env.PATH = '/nonexistent';
    try {
      expect(() => at('HEAD', ['one.yaml'])).toThrow('git is not installed, or not on the PATH');
    } finally {
      process.env.PATH = PATH;
    }
  });
});
