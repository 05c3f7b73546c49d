import type { ByteString } from '../../rules/event-batch.js';

/** A part of a path, as Falco's tree of paths has it: what may follow, or nothing where a path ends. */
interface Part {
  /** Of the first path that goes through it. */
  readonly index: number;
  ends: boolean;
  readonly next: Map<ByteString, Part>;
}

/** Two of the paths, by their position. */
export interface PathPair {
  readonly first: number;
  readonly second: number;
}

/**
 * Two paths of a `pmatch` that begin alike and then have two globs for the same part, at least one of which goes on: libs'
 * `prefix_search.h` then steps to the next part for every glob that it tries after one that matched. A path that goes on after
 * another's end is never looked at.
 */
export function entangledGlobs(paths: readonly ByteString[]): PathPair | undefined {
  const root: Part = { index: 0, ends: false, next: new Map() };
  paths.forEach((path, index) => {
    add(
      root,
      path.split('/').filter((part) => part !== ''),
      index,
    );
  });
  return entangledBelow(root);
}

function add(root: Part, parts: readonly ByteString[], index: number): void {
  let at = root;
  for (const part of parts) {
    if (at.ends) return;
    const known = at.next.get(part) ?? { index, ends: false, next: new Map() };
    at.next.set(part, known);
    at = known;
  }
  at.ends = true;
  at.next.clear();
}

function entangledBelow({ next }: Part): PathPair | undefined {
  const globs = [...next].filter(([part]) => /[?*[]/.test(part)).map(([, part]) => part);
  const [one, other] = globs;
  if (one && other && globs.some(({ ends }) => !ends)) return { first: one.index, second: other.index };
  for (const part of next.values()) {
    const found = entangledBelow(part);
    if (found) return found;
  }
  return undefined;
}
