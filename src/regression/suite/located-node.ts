import type { Place } from '../../rules/text/source-text.js';

/** A scalar's value in YAML's core schema; whole numbers keep all their digits. */
export type ScalarValue = string | bigint | number | boolean | null;

/** A single value. */
export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: ScalarValue;
  /** The value as it is written, without quotes: of `1.10` that, though the number is 1.1. */
  readonly text: string;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly LocatedNode[];
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

/** A key's value, and where the key is. */
export interface LocatedEntry {
  readonly key: Place;
  readonly value: LocatedNode;
}

/** A value of a YAML file with the place of each of its parts. Aliases and merge keys stand for what they mean. */
export type LocatedNode = LocatedScalar | LocatedList | LocatedMap;

/** Plain JSON data: what a JSON Schema is about. */
export type PlainData = string | number | boolean | null | PlainData[] | { [key: string]: PlainData };

/** The plain data of a node. Whole numbers above 2^53 are rounded: it is for checking, not for use. */
export function plainData(node: LocatedNode): PlainData {
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  if (node.kind === 'list') return node.items.map(plainData);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainData(value)]));
}
