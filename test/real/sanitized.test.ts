import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureParams } from '#docktape/source/open-params.js';
import { buildSanitized } from '../../scripts/sanitize/build.mjs';
import { projectPath } from '../support/docktape.js';

/** What the driver ends with when a sanitizer found something; nothing else ends it with this. */
const FOUND = 99;

const folder = mkdtempSync(join(tmpdir(), 'docktape-sanitized-'));
afterAll(() => rmSync(folder, { recursive: true }));

let driver: string;
beforeAll(() => {
  driver = buildSanitized();
});

async function drive(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    ASAN_OPTIONS: `exitcode=${FOUND}:detect_stack_use_after_return=1`,
    UBSAN_OPTIONS: `exitcode=${FOUND}:print_stacktrace=1`,
  };
  const child = spawn(driver, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

test('the library, driven through everything a source can go through, makes no fault', {
  timeout: 300_000,
}, async () => {
  const config = JSON.stringify({
    host: projectPath('build/Release/docktape-host'),
    captures: projectPath('captures'),
    cursor: join(folder, 'cursor'),
    flushinterval: 10,
  });
  const { code, stdout, stderr } = await drive(config, captureParams(projectPath('captures/run-and-exit.db')));
  console.log(stdout.trim());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^(\d\d events replayed, \d+ lines logged\n){3}$/);
});

describe('a fault on purpose is found', () => {
  test.each([
    ['freed', /heap-use-after-free on .*\n(.*\n)*?.* in docktape::Extractor::/],
    ['overflow', /heap-buffer-overflow on .*\n(.*\n)*?.* in docktape::DockerEvent::/],
    ['leak', /detected memory leaks\n(.*\n)*?.* in plugin_init /],
    ['undefined', /runtime error: signed integer overflow/],
  ])('%s', async (fault, report) => {
    const { code, stderr } = await drive(fault);
    expect(stderr).toMatch(report);
    expect(code).toBe(FOUND);
  });
});
