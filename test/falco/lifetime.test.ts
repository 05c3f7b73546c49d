import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileTestPlugin } from './test-plugin.js';

const path = compileTestPlugin();
const cwd = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a script that has an event source `source`, and says how the process ended. */
function run(script: string) {
  const prelude = `
    import { LoadedPlugin } from '#docktape/falco/plugin.js';
    import { Worker } from 'node:worker_threads';
    const plugin = LoadedPlugin.load(${JSON.stringify(path)});
    plugin.init();
    const source = await plugin.open('sss');
  `;
  const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', prelude + script], {
    cwd,
    encoding: 'utf8',
  });
  return { status, signal, stderr };
}

const clean = { signal: null, stderr: '' };

describe('a process that does not give back what it opened', () => {
  it('ends without a crash', () => {
    expect(run('await source.next();')).toEqual({ ...clean, status: 0 });
  });

  it('ends without a crash while next() is under way', () => {
    expect(run('source.next(); setTimeout(() => process.exit(3), 50);')).toEqual({ ...clean, status: 3 });
  });

  it('ends without a crash while open() is under way', () => {
    expect(run("plugin.open('slow fail'); setTimeout(() => process.exit(3), 50);")).toEqual({ ...clean, status: 3 });
  });

  it('ends without a crash when it was a worker thread that was terminated', () => {
    const start = `const worker = new Worker('./test/falco/endless-reader.mjs', { workerData: '${path}', execArgv: [] });`;
    expect(run(`${start} setTimeout(() => worker.terminate(), 500);`)).toEqual({ ...clean, status: 0 });
  });
});
