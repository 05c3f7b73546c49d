import type { ContainerChange } from './container-changes.js';
import type { ListedContainer } from './container-list.js';

/** What is kept of a container that runs. */
export interface RunningContainer {
  readonly name?: string;
  readonly image?: string;
  /** When an event of its start came, nanoseconds since the epoch by our clock. It was not started after that. */
  readonly started?: bigint;
}

/** How many containers are kept in mind, and how long a text of theirs may be: 10 MB at most. */
const MAX_CONTAINERS = 10_000;
const MAX_TEXT = 400;

/** Docker's IDs have 64 digits. */
const MAX_ID = 128;

/** The containers of a daemon that are known to run, in bounded memory. */
export class RunningContainers {
  readonly #containers = new Map<string, RunningContainer>();
  #isComplete = false;

  /** Whether a container that is not among them did not run. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get(id: string): RunningContainer | undefined {
    return this.#containers.get(id);
  }

  entries(): Iterable<[id: string, container: RunningContainer]> {
    return this.#containers.entries();
  }

  /** @param arrived when its event came, nanoseconds since the epoch */
  apply({ action, id, name, image }: ContainerChange, arrived: bigint): void {
    if (action === 'start') this.#keep(id, { ...kept({ name, image }), started: arrived });
    else if (action !== 'rename') this.#containers.delete(id);
    else if (this.#containers.has(id)) this.#keep(id, { ...this.#containers.get(id), ...kept({ name }) });
  }

  /** Takes a daemon's answer for what runs, but for the containers about which something newer is known. */
  replace(listed: readonly ListedContainer[], isNewer: (id: string) => boolean): void {
    const before = new Map(this.#containers);
    for (const id of before.keys()) if (!isNewer(id)) this.#containers.delete(id);
    // When there was no room before, some of what is newer may be missing.
    this.#isComplete = before.size < MAX_CONTAINERS;
    for (const { id, name, image, runs } of listed) {
      // Once an image has lost its name, lists have its ID where the events had the name.
      if (runs && !isNewer(id)) this.#keep(id, { ...kept({ name, image }), ...withoutName(before.get(id)) });
    }
  }

  /** Keeps nothing in mind any more. */
  forget(): void {
    this.#containers.clear();
    this.#isComplete = false;
  }

  #keep(id: string, container: RunningContainer): void {
    if (id.length > MAX_ID || (this.#containers.size >= MAX_CONTAINERS && !this.#containers.has(id))) {
      this.#isComplete = false;
      return;
    }
    this.#containers.set(id, container);
  }
}

function withoutName({ name: _, ...rest }: RunningContainer = {}): RunningContainer {
  return rest;
}

/** A text that is too long to be kept is left out: a part of an image's name would be another image's. */
function kept(texts: { readonly name?: string | undefined; readonly image?: string | undefined }): RunningContainer {
  const { name, image } = texts;
  return {
    ...(name !== undefined && name.length <= MAX_TEXT ? { name } : {}),
    ...(image !== undefined && image.length <= MAX_TEXT ? { image } : {}),
  };
}
