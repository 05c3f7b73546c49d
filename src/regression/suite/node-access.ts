import type { Place } from '../../rules/text/source-text.js';
import type { LocatedEntry, LocatedNode, LocatedScalar } from './located-node.js';

// How readers get at the parts of a suite that its schema has found right. What is not as they ask is a defect.

/** The value of a key; undefined when a mapping does not have it, or when the node is no mapping. */
export function member(node: LocatedNode, key: string): LocatedNode | undefined {
  return node.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The keys of a mapping with their values. */
export function entriesOf(node: LocatedNode): (LocatedEntry & { readonly name: string })[] {
  if (node.kind !== 'map') throw new Error(`no mapping at ${describe(node.place)}`);
  return [...node.entries].map(([name, entry]) => ({ name, ...entry }));
}

/** The elements of a list; the node itself when it is none, and none without a node. */
export function listed(node: LocatedNode | undefined): readonly LocatedNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** A node that is a single value. */
export function scalar(node: LocatedNode): LocatedScalar {
  if (node.kind !== 'scalar') throw new Error(`no single value at ${describe(node.place)}`);
  return node;
}

/** The text of a single value, as it is written; undefined without a node. */
export function text(node: LocatedNode): string;
export function text(node: LocatedNode | undefined): string | undefined;
export function text(node: LocatedNode | undefined): string | undefined {
  return node && scalar(node).text;
}

/** The number that a single value is; undefined without a node. */
export function number(node: LocatedNode | undefined): number | undefined {
  return node && Number(scalar(node).value);
}

/** `{[name]: value}`, or nothing for what is undefined: an optional member of an object that is built. */
export function optional<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: T };
}

function describe(place: Place): string {
  const { line, column } = place.position();
  return `${place.source.name}:${line}:${column}`;
}
