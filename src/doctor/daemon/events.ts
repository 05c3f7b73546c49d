import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonClient } from '../../docker/daemon-client.js';
import { explainFailure } from '../../docker/daemon-error.js';
import type { Endpoint } from '../../docker/endpoint.js';
import { readEvents, type StreamEnd } from '../../docker/feed/event-stream.js';
import type { LineBatch } from '../../docker/line-batch.js';
import { now, unixSeconds } from '../../time.js';
import { type Outcome, ok, problem } from '../outcome.js';
import { ANSWER_TIMEOUT } from './answers.js';

/** How long the stream is listened to, in milliseconds. */
const LISTEN = 1_000;

/** How far back the daemon is asked for what it remembers, in minutes: Podman remembers everything. */
const MEMORY = 60;

const MINUTE = 60_000_000_000n;

const NEWLINE = 0x0a;

/** What came while the stream was listened to. Times are nanoseconds since the epoch. */
class Heard {
  /** How many events of the past came, and the last of them. */
  past = 0;
  last: { readonly time: bigint; readonly what: string } | undefined;
  /** The first one that happened meanwhile. */
  fresh: string | undefined;
  /** Whether something came that is no event. */
  odd = false;

  /** @param asked when the stream was asked for: what is older is past */
  constructor(readonly asked: bigint) {}

  add(batch: LineBatch): void {
    let start = 0;
    for (const time of batch.times) {
      const end = batch.lines.indexOf(NEWLINE, start);
      const what = describeEvent(batch.lines.toString('utf8', start, end));
      start = end + 1;
      if (what === undefined) {
        this.odd = true;
      } else if (time < this.asked) {
        this.past += 1;
        this.last = { time, what };
      } else {
        this.fresh ??= what;
      }
    }
  }
}

/**
 * Whether the daemon gives events: those that it remembers of the last hour, and what happens within a second. Nothing is made to
 * happen for it, so a quiet daemon can only show that its stream is open.
 *
 * @throws the signal's reason
 */
export async function checkEvents(endpoint: Endpoint, signal: AbortSignal, timeout = ANSWER_TIMEOUT): Promise<Outcome> {
  const heard = new Heard(now());
  try {
    const since = unixSeconds(heard.asked - BigInt(MEMORY) * MINUTE);
    const response = await new DaemonClient(endpoint, timeout).events({ since }, signal);
    try {
      const ended = readEvents(response, (batch) => heard.add(batch));
      const end = await Promise.race([ended, sleep(LISTEN, undefined, { signal })]);
      return end ? closed(endpoint, end) : describe(endpoint, heard);
    } finally {
      response.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    const { reason, fix } = explainFailure(error);
    return problem(`no events from ${endpoint.name}: ${reason}`, fix);
  }
}

function closed(endpoint: Endpoint, { reason }: StreamEnd): Outcome {
  return problem(
    `${endpoint.name} does not keep the stream open: ${reason}`,
    'see whether the daemon is being stopped, or whether a proxy in between cuts streams',
  );
}

function describe(endpoint: Endpoint, { asked, past, last, fresh, odd }: Heard): Outcome {
  if (odd) return problem(`what ${endpoint.name} sends are no events`, 'check the address');
  const remembered = last
    ? `it remembers ${past} of the last hour, the latest (${last.what}) from ${age(asked - last.time)} ago`
    : 'it remembers none of the last hour';
  if (fresh !== undefined) return ok(`one came within a second (${fresh}); ${remembered}`);
  return ok(`the stream is open; ${remembered}, and none came within a second`);
}

/** Type and action alone, since attributes can have secrets; of an action not the command either. */
function describeEvent(line: string): string | undefined {
  try {
    const event: unknown = JSON.parse(line);
    const member = (name: string) =>
      String(Reflect.get(Object(event), name) ?? '?')
        .split(': ')[0]
        ?.slice(0, 40);
    return `${member('Type')} ${member('Action')}`;
  } catch {
    return undefined;
  }
}

function age(span: bigint): string {
  const seconds = Number(span / 1_000_000_000n);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
