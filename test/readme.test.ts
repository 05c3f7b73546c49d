import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

test('the table of fields is what the plugin declares (npm run readme)', () => {
  const table = execFileSync(process.execPath, [`${root}dist/cli.js`, 'fields', '--markdown'], { encoding: 'utf8' });
  expect(between('fields')).toBe(table);
});

test('links lead to files that exist', () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
  const local = links.filter((link) => !link.includes('://'));
  expect(local).not.toHaveLength(0);
  expect(local.filter((link) => !existsSync(`${root}${link}`))).toEqual([]);
});

test('every script that it names exists', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (?:run ([a-z:]+)|(test))/g)].map((match) => match[1] ?? match[2] ?? '');
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test('the cast of the demo counts what the demo counts', () => {
  const { stderr } = spawnSync(process.execPath, [`${root}scripts/demo.mjs`], { encoding: 'utf8' });
  const [summary = '', ...rules] = stderr.split('\n');
  expect(readme).toContain(summary.replace(/, in .*/, ''));
  for (const line of rules.slice(0, 3)) expect(readme).toContain(line);
});

/** What stands in README.md between the markers of this name. */
function between(name: string): string | undefined {
  return new RegExp(`<!-- ${name}:begin -->\n([^]*)<!-- ${name}:end -->`).exec(readme)?.[1];
}
