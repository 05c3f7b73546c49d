import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { projectPath } from '../support/docktape.js';
import { read } from './support/project.js';

const pages = ['packaging/README.md', 'packaging/falcoctl/README.md', 'packaging/registry/README.md', 'docs/deploy.md'];

test.each(pages)('the links of %s lead somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(projectPath(join(dirname(page), link))))).toEqual([]);
});

test('packaging/README.md lists everything in the folder, and each test that it names is there', () => {
  const text = read('packaging/README.md');
  const names = readdirSync(projectPath('packaging')).filter((name) => name !== 'README.md');
  expect(names.filter((name) => !text.includes(`[${name}`))).toEqual([]);
  const tests = [...text.matchAll(/test\/[\w/-]+\.test\.ts/g)].map(([path]) => path);
  expect(tests.filter((path) => !existsSync(projectPath(path)))).toEqual([]);
});

test('what was not run says so itself', () => {
  for (const path of [
    'container/Containerfile',
    'container/compose.yaml',
    'falcoctl/README.md',
    'github/docktape.yml',
  ]) {
    expect(read(`packaging/${path}`), path).toMatch(/not run/i);
  }
});
