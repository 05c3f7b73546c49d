import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

/** The rules that ship. */
export const rules = fileURLToPath(new URL('../../../rules', import.meta.url));

const env = { ...process.env, TZ: 'UTC', FALCO_HOSTNAME: 'host' };

/** Runs docktape to its end and gives its standard output; anything but exit code 0 is an error with what it said. */
export function docktape(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [cli, ...args], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`docktape ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Like {@link docktape}: the lines of its standard output. */
export function docktapeLines(...args: string[]): string[] {
  return docktape(...args)
    .split('\n')
    .slice(0, -1);
}

/** The daemon's events in a capture that is being recorded, or as `options` of `docktape export` say; none before the capture is there. */
export function recordedLines(capture: string, ...options: string[]): string[] {
  return existsSync(capture) ? docktapeLines('export', ...options, capture) : [];
}

/** Starts docktape; the caller ends it. */
export function startDocktape(...args: string[]): ChildProcess {
  return spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Ends a process with a signal, as Ctrl-C does by default, and waits until it has ended. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
