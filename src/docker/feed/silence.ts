import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainFailure } from '../daemon-error.js';

/** The second question follows the first one, which had no answer, after this part of the silence. */
const AGAIN = 1 / 10;

/** What the daemon remembers is looked at after three silences, and then every six: it is 256 events each time. */
const FIRST_LOOK = 3;
const LOOKS = 6;

export interface SilenceOptions {
  /** Milliseconds without a byte after which the daemon is asked. */
  readonly after: number;
  /** Asks the daemon for a sign of life over another connection. */
  readonly ping: (signal: AbortSignal) => Promise<unknown>;
  /** Finds out whether the daemon has events that should have come. */
  readonly isStalled: (signal: AbortSignal) => Promise<boolean>;
}

/**
 * Watches over a stream in which nothing says that it is still alive: a quiet daemon sends nothing for days.
 *
 * @returns why the stream is lost
 * @throws the signal's reason
 */
export async function untilLost(stream: Readable, options: SilenceOptions, signal: AbortSignal): Promise<string> {
  const { after, ping, isStalled } = options;
  let heard = performance.now();
  stream.on('data', () => {
    heard = performance.now();
  });
  let nextLook = FIRST_LOOK * after;
  for (;;) {
    const silence = performance.now() - heard;
    if (silence < after) {
      nextLook = FIRST_LOOK * after;
      await sleep(after - silence, undefined, { signal });
      continue;
    }
    const last = heard;
    const reason = await unanswered(ping, after, signal);
    if (reason !== undefined && heard === last)
      return `nothing came for ${seconds(performance.now() - heard)}, and ${reason}`;
    if (reason === undefined && silence >= nextLook) {
      if ((await isStalled(signal)) && heard === last) {
        return `nothing came for ${seconds(performance.now() - heard)}, though the daemon has events that are newer`;
      }
      nextLook = performance.now() - heard + LOOKS * after;
    }
    await sleep(after, undefined, { signal });
  }
}

/** Why two questions in a row had no answer; `undefined` when one had. */
async function unanswered(
  ping: SilenceOptions['ping'],
  after: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await failureOf(ping, signal)) === undefined) return undefined;
  await sleep(after * AGAIN, undefined, { signal });
  return failureOf(ping, signal);
}

/** A refusal is an answer, of a proxy that lets only events through, and so is whatever else waiting does not cure. */
async function failureOf(ping: SilenceOptions['ping'], signal: AbortSignal): Promise<string | undefined> {
  try {
    await ping(signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const { reason, curable } = explainFailure(error);
    return curable ? reason : undefined;
  }
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
