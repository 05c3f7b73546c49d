import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildTargets } from '../../scripts/fuzz/build.mjs';
import { figuresOf, fuzz, fuzzingOf } from '../../scripts/fuzz/run.mjs';
import { targets } from '../../scripts/fuzz/targets.mjs';

/** For each target. What takes longer to find is for `npm run fuzz`. */
const SECONDS = 60;

const folder = mkdtempSync(join(tmpdir(), 'docktape-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => buildTargets(targets));

describe.concurrent('a minute of fuzzing, from the corpus on, finds nothing', () => {
  test.each(targets)('%s', { timeout: 600_000 }, async (target) => {
    const fuzzing = fuzzingOf(target);
    const found = join(folder, 'found', target);
    const fuzzed = await fuzz({ ...fuzzing, inputs: [found, ...fuzzing.inputs.slice(1)] }, SECONDS);
    console.log(figuresOf(fuzzed));
    expect(fuzzed.finding?.report).toBeUndefined();
    expect(fuzzed.executions).toBeGreaterThan(fuzzed.corpus);
    expect(fuzzed.coverage).toBeGreaterThan(100);
  });
});

test('a fault is found, and its input shows it again', { timeout: 600_000 }, async () => {
  const source = join(folder, 'faulty.cc');
  const program = join(folder, 'faulty');
  const findings = join(folder, 'findings');
  const corpus = join(folder, 'corpus');
  writeFileSync(
    source,
    `#include <cstdint>
    #include <cstring>
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
      if (size < 8 || std::memcmp(data, "start: ", 7) != 0) return 0;
      char* freed = new char[1];
      delete[] freed;
      return *freed == 'x' ? -1 : 0;
    }`,
  );
  execFileSync('clang++', ['-O1', '-g', '-fsanitize=fuzzer,address,undefined', source, '-o', program]);
  mkdirSync(corpus);
  writeFileSync(join(corpus, 'seed'), 'exec_start');
  const { finding } = await fuzz({ target: 'faulty', program, inputs: [corpus], findings }, 300);
  expect(finding?.report).toContain('heap-use-after-free');
  expect(finding?.input.startsWith(join(findings, 'faulty-crash-'))).toBe(true);
  expect(spawnSync(program, [finding?.input ?? ''], { encoding: 'utf8' }).stderr).toContain('heap-use-after-free');
});
