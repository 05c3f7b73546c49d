import type { Missed, Origin } from '../incident.js';
import type { ListedContainer } from './container-list.js';
import type { RunningContainer, RunningContainers } from './running-containers.js';

const SECOND = 1_000_000_000n;

/** Between what a comparison looks for changes. Times are nanoseconds since the epoch. */
export interface Comparison {
  readonly origin: Origin;
  /** When the gap began. */
  readonly since: bigint;
  /** When the daemon was asked for its containers. */
  readonly asked: bigint;
  readonly noticed: bigint;
}

/**
 * What must have happened, by which containers were known to run and which exist now. Only what is certain is said: where it is not
 * known that a container did not run, it has to have been created or started since, by what the daemon says of its age.
 *
 * @param isNewer whether events have told of a container since the daemon was asked
 */
export function missedChanges(
  { origin, since, asked, noticed }: Comparison,
  running: RunningContainers,
  listed: readonly ListedContainer[],
  isNewer: (id: string) => boolean,
): Missed[] {
  const missed: Missed[] = [];
  const say = (change: 'start' | 'die', container: string, { name, image, exitCode }: Partial<ListedContainer>) => {
    missed.push({
      kind: 'missed',
      ...origin,
      change,
      container,
      ...(name === undefined ? {} : { name }),
      ...(image === undefined ? {} : { image }),
      ...(change === 'start' || exitCode === undefined ? {} : { exitCode }),
      time: noticed,
    });
  };
  const present = new Map(listed.map((container) => [container.id, container]));
  for (const [id, known] of running.entries()) {
    const container = present.get(id);
    if (!isNewer(id) && !container?.runs) say('die', id, described(container, known));
  }
  for (const container of listed) {
    const { id, runs, longestUptime, created } = container;
    if (isNewer(id) || !runs) continue;
    const known = running.get(id);
    const lastStart = known?.started !== undefined && known.started > since ? known.started : since;
    const isStarted = longestUptime !== undefined && asked - longestUptime > lastStart;
    if (known) {
      if (!isStarted) continue;
      say('die', id, described(container, known));
      say('start', id, described(container, known));
    } else if (running.isComplete || isStarted || (created !== undefined && BigInt(created) * SECOND > since)) {
      say('start', id, container);
    }
  }
  return missed;
}

/** The name is the one that it has now; the image the one that it was started from, as lists show an ID once the image lost its name. */
function described(container: ListedContainer | undefined, known: RunningContainer): Partial<ListedContainer> {
  const image = known.image ?? container?.image;
  return { ...known, ...container, ...(image === undefined ? {} : { image }) };
}
