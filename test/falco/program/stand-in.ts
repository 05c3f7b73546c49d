import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FalcoProgram, FalcoRun } from '#docktape/falco/program/falco-run.js';
import { DEFAULT_SETTINGS } from '#docktape/falco/settings.js';

/** The path of output of Falco 0.44.1, recorded with the configuration that docktape generates. */
export function recordedPath(name: string): string {
  return fileURLToPath(new URL(`recorded/${name}`, import.meta.url));
}

export function recorded(name: string): string {
  return readFileSync(recordedPath(name), 'utf8');
}

/**
 * A shell script in the place of Falco. It proves how docktape handles a process, and nothing about Falco: that is for
 * test/real/falco-program.test.ts.
 */
export function standIn(folder: string, script: string): FalcoProgram {
  const path = join(folder, 'stand-in');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { path, version: '0.44.1', pluginApi: '3.12.0' };
}

/** A run of a program on rules and a stream that a stand-in does not read. */
export function runOf(program: FalcoProgram, more: Partial<FalcoRun> = {}): FalcoRun {
  const files = [{ name: 'rules/mine.yaml', text: '' }];
  return { program, files, settings: DEFAULT_SETTINGS, params: 'capture:x.db', ...more };
}

/** A process ID that a script wrote into a file with `echo $$`. */
export async function pidIn(path: string): Promise<number> {
  await until(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n'), `${path} to be written`);
  return Number(readFileSync(path, 'utf8'));
}

/** The state of a process as in ps(1): `T` is stopped; undefined when there is none, or it has ended and waits to be reaped. */
export function stateOf(pid: number): string | undefined {
  try {
    const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return state === 'Z' ? undefined : state;
  } catch {
    return undefined;
  }
}

/** What docktape's private folders there are in a folder for temporary files. */
export function privateFolders(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('docktape-falco-'));
}

/** Waits until something holds. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    if (waited > 20_000) throw new Error(`waited in vain for ${what}`);
    await sleep(20);
  }
}
