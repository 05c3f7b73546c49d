import type { FaultyProxy } from './faulty-proxy.js';
import type { Random } from './random.js';

/** One thing that happens to the connections between docktape and a daemon. */
export type Fault =
  /** The connection ends: at once, with what is on its way lost, or inside a line. */
  | { readonly kind: 'cut' | 'reset' | 'truncate' }
  /** Nothing is lost: bytes come late, or few at a time. */
  | { readonly kind: 'delay' | 'crumble'; readonly milliseconds: number }
  /** Nothing comes any more over one of the streams, whose connection stays until docktape gives it up. */
  | { readonly kind: 'stall' }
  /** The connection ends, and for so many events there is no other: see `Door`. */
  | { readonly kind: 'closing' | 'unavailable' | 'silent' | 'absent'; readonly events: number };

/**
 * `count` faults in an order that the seed decides. Two of them are stalls, and one is a daemon that never answers: docktape
 * waits for seconds before it calls either a loss.
 */
export function planFaults(random: Random, count: number): Fault[] {
  const rare: Fault[] = [{ kind: 'stall' }, { kind: 'stall' }, { kind: 'silent', events: 50 }];
  const faults = Array.from({ length: count - rare.length }, () => anyFault(random));
  for (const fault of rare) faults.splice(random.between(1, faults.length), 0, fault);
  return faults;
}

function anyFault(random: Random): Fault {
  const kind = random.weighted([
    [30, 'cut'],
    [20, 'reset'],
    [25, 'truncate'],
    [8, 'delay'],
    [7, 'crumble'],
    [4, 'closing'],
    [3, 'unavailable'],
    [3, 'absent'],
  ] as const);
  switch (kind) {
    case 'cut':
    case 'reset':
    case 'truncate':
      return { kind };
    case 'delay':
    case 'crumble':
      return { kind, milliseconds: random.between(10, 400) };
    case 'closing':
    case 'unavailable':
    case 'absent':
      // The daemon remembers 256: some of these outlast its memory, most do not.
      return { kind, events: random.chance(0.3) ? random.between(260, 400) : random.between(5, 150) };
  }
}

/**
 * Does it to the connections of a proxy, of which one at least is a stream.
 *
 * @param eventsMade resolves once so many more events have happened
 */
export async function inflict(
  fault: Fault,
  proxy: FaultyProxy,
  random: Random,
  eventsMade: (count: number) => Promise<void>,
): Promise<void> {
  const { connections } = proxy;
  switch (fault.kind) {
    case 'stall':
      random.pick(proxy.streams).stall();
      return;
    case 'cut':
    case 'reset':
      for (const connection of connections) connection[fault.kind]();
      return;
    case 'truncate':
      for (const connection of connections) connection.truncate(random);
      return;
    case 'delay':
      for (const connection of connections) connection.delay(fault.milliseconds);
      return;
    case 'crumble':
      for (const connection of connections) connection.crumble(random, fault.milliseconds);
      return;
    case 'closing':
    case 'unavailable':
    case 'silent':
    case 'absent':
      await proxy.setDoor(fault.kind);
      for (const connection of connections) connection.cut();
      await eventsMade(fault.events);
      await proxy.setDoor('open');
  }
}
