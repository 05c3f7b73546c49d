import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inOneLine } from '../open-file.js';

const script = fileURLToPath(new URL('./integrity-process.js', import.meta.url));

/**
 * What SQLite's integrity check finds wrong with a capture that could be opened: nothing when its pages hang together, its
 * rows are such as their tables allow, and its index agrees with them.
 *
 * @throws the signal's reason when it is aborted
 */
export async function integrityOf(path: string, signal?: AbortSignal): Promise<string[]> {
  const child = spawn(process.execPath, [script, resolve(path)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', end);
  try {
    const [output, errors, [code, killer]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    signal?.throwIfAborted();
    if (code !== 0)
      return [`SQLite could not check it: ${messageIn(errors) || `its process ended with ${killer ?? code}`}`];
    const found = JSON.parse(output) as string[];
    return found.map(inOneLine).filter((finding) => finding !== 'ok');
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** The message of an uncaught error stands before its stack. */
function messageIn(errors: string): string {
  return /^\w*Error: (.*)$/m.exec(errors)?.[1] ?? '';
}
