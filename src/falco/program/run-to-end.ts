import { eachLine } from './each-line.js';
import { FalcoFailure } from './falco-failure.js';
import { type Ending, FalcoProcess, type ProcessInput } from './falco-process.js';
import { MAX_LENGTH, StderrLines } from './stderr-lines.js';

export interface RunToEndInput extends ProcessInput {
  /** How long it may take, in milliseconds. */
  readonly limit: number;
  /** How much it may print, in bytes. */
  readonly maxOutput: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RunToEnd {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: StderrLines;
}

/**
 * Runs a Falco that is only asked something, and gives what it printed.
 *
 * @throws FalcoFailure when it takes too long, prints too much or cannot be started; the signal's reason
 */
export async function runToEnd(input: RunToEndInput): Promise<RunToEnd> {
  const { program, limit, maxOutput, signal } = input;
  signal?.throwIfAborted();
  const child = new FalcoProcess(input);
  const stderr = new StderrLines(() => {});
  eachLine(child.stderr, MAX_LENGTH, (line) => stderr.add(line));
  const chunks: Buffer[] = [];
  let length = 0;
  let problem: string | undefined;
  const stop = (why: string) => {
    problem ??= why;
    child.interrupt();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= maxOutput) chunks.push(chunk);
    else stop('printed too much');
  });
  const timer = setTimeout(() => stop(`gave no answer within ${limit / 1000} s`), limit);
  const abort = () => child.interrupt();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const ending = await child.ended;
    signal?.throwIfAborted();
    if (problem !== undefined) throw new FalcoFailure(`${program} ${problem}`, stderr.last);
    return { ending, stdout: Buffer.concat(chunks).toString(), stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
