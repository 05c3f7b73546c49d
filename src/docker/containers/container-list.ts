import type { DaemonClient } from '../daemon-client.js';
import { exitCodeIn, longestUptime } from './status-text.js';

/** A container as `/containers/json` lists it. */
export interface ListedContainer {
  readonly id: string;
  /** Without the leading slash. */
  readonly name?: string;
  readonly image?: string;
  /** Whether it has a process. One that waits for being started again by its restart policy has none. */
  readonly runs: boolean;
  /** When it was created, in seconds since the epoch. */
  readonly created?: number;
  /** Nanoseconds that it has been up at most. */
  readonly longestUptime?: bigint;
  readonly exitCode?: number;
}

/** Docker's states of a container with a process, and Podman's `stopping`, whose process has not ended yet. */
const RUNNING_STATES: ReadonlySet<unknown> = new Set(['running', 'paused', 'stopping']);

/**
 * Asks for the containers of a daemon: those that run, or all of them.
 *
 * @throws whatever the request failed with
 */
export async function listContainers(
  client: DaemonClient,
  which: 'running' | 'all',
  signal: AbortSignal,
): Promise<ListedContainer[]> {
  const answer = await client.get('/containers/json', signal, which === 'all' ? { all: '1' } : {});
  if (!Array.isArray(answer)) throw new TypeError('the answer to /containers/json is no list');
  return answer.flatMap((entry: unknown) => readEntry(entry) ?? []);
}

function readEntry(entry: unknown): ListedContainer | undefined {
  const member = (key: string): unknown => Reflect.get(Object(entry), key);
  const id = member('Id');
  if (typeof id !== 'string' || id === '') return undefined;
  const image = member('Image');
  const created = member('Created');
  const status = member('Status');
  const text = typeof status === 'string' ? status : '';
  const name = ownName(member('Names'));
  const uptime = longestUptime(text);
  const exitCode = exitCodeIn(text);
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(typeof image === 'string' ? { image } : {}),
    runs: RUNNING_STATES.has(member('State')),
    ...(typeof created === 'number' ? { created } : {}),
    ...(uptime === undefined ? {} : { longestUptime: uptime }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** Legacy links give a container further names, of the form `/other/alias`. */
function ownName(names: unknown): string | undefined {
  if (!Array.isArray(names)) return undefined;
  const own = names.find((name: unknown) => typeof name === 'string' && /^\/[^/]+$/.test(name));
  return typeof own === 'string' ? own.slice(1) : undefined;
}
