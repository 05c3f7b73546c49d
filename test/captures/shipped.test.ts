import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const captures = readdirSync(`${root}captures`).filter((name) => name.endsWith('.db'));

/** The table of captures/README.md: for each capture, the rules that it triggers. */
const table = new Map(
  [...readFileSync(`${root}captures/README.md`, 'utf8').matchAll(/^\| \[(.+\.db)\].*\| (.+) \|$/gm)].map(
    ([, capture = '', rules = '']) => [capture, rules.split(', ').sort()],
  ),
);

test('the table lists the captures that ship', () => {
  expect([...table.keys()].sort()).toEqual(captures.sort());
  expect(captures.length).toBeGreaterThanOrEqual(3);
});

describe.each(captures)('%s', (capture) => {
  test('triggers the rules that the table says', () => {
    const args = ['dist/cli.js', 'replay', `captures/${capture}`, '-r', 'rules/', '--json'];
    const alerts = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    const rules = alerts.split('\n').filter(Boolean);
    const fired = new Set(rules.map((line) => (JSON.parse(line) as { rule: string }).rule));
    expect([...fired].sort()).toEqual(table.get(capture));
  });

  test('says nothing of the machine that it was recorded on', () => {
    const stats = execFileSync(process.execPath, ['dist/cli.js', 'stats', `captures/${capture}`], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stats).toContain(' on docktape by docktape ');
    expect(stats).toContain('from unix:///var/run/docker.sock ');
  });
});
