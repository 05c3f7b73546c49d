import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../build/bench/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'docktape-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bench = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

describe('npm run bench', () => {
  it('measures a row and writes it as JSON, with the target and whether it was met', () => {
    const file = join(folder, 'bench.json');
    const { status, stdout } = bench('--only', 'extractor-first', '--json', file);
    expect(status).toBe(0);
    const [heading, row] = stdout.split('\n');
    expect(heading).toMatch(/^row +what +measured +target/);
    expect(row).toMatch(/^extractor-first .* \d+ ns +≤ 1000 ns +(met|MISSED)$/);
    const { machine, rows } = JSON.parse(readFileSync(file, 'utf8'));
    expect(machine.node).toBe(process.version);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ name: 'extractor-first', unit: 'ns', target: { atMost: 1000 } });
    expect(rows[0].value).toBeGreaterThan(10);
    expect(rows[0].met).toBe(rows[0].value <= 1000);
  });

  it.each([
    [['--only', 'speed'], "no row is named 'speed'"],
    [['--events', 'many'], "not 'many'"],
    [['--events', '9999'], "not '9999'"],
    [['--fast'], '--fast'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });

  it('explains itself', () => {
    const { status, stdout } = bench('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('replay-abi, replay-open');
  });
});
