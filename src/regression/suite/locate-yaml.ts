import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { resolveAliases } from '../../rules/load/aliases.js';
import type { Place, SourceText } from '../../rules/text/source-text.js';
import type { LocatedEntry, LocatedNode, LocatedScalar, ScalarValue } from './located-node.js';
import type { Problems } from './problems.js';

/** Nodes that aliases may add to a file. A few lines of aliases of aliases would fill the memory otherwise. */
const MOST_ALIASED = 100_000;

/** Levels of lists and mappings, aliases included. A suite has ten at most; the stack has an end. */
const DEEPEST = 100;

/** The content of a document with the place of each part. What it cannot give is reported, and is null. */
export function locateYaml(document: Document.Parsed, source: SourceText, problems: Problems): LocatedNode {
  return new YamlLocator(source, problems, resolveAliases(document)).locate(
    document.contents,
    source.at(document.range[0]),
  );
}

class YamlLocator {
  /** What the aliases stand for inside of which the walk is. */
  private readonly open = new Set<Node>();
  private aliased = 0;
  private depth = 0;
  private isExhausted = false;

  constructor(
    private readonly source: SourceText,
    private readonly problems: Problems,
    private readonly targets: ReadonlyMap<Alias, Node>,
  ) {}

  /** @param fallback where a value is that is not written */
  locate(node: unknown, fallback: Place): LocatedNode {
    if (!isNode(node)) return nothing(fallback);
    if (isAlias(node)) return this.expand(node, this.placeOf(node, fallback));
    if (this.open.size > 0) this.aliased += 1;
    const place = this.placeOf(node, fallback);
    if (isMap(node)) return this.inside(place, () => ({ kind: 'map', place, entries: this.entries(node, place) }));
    if (!isSeq(node)) return scalar(node as Scalar, place);
    const items = () => node.items.map((item) => this.locate(item, place));
    return this.inside(place, () => ({ kind: 'list', place, items: items() }));
  }

  private inside(place: Place, read: () => LocatedNode): LocatedNode {
    if (this.depth === DEEPEST) return this.refuse(`nested over ${DEEPEST} levels deep`, place);
    this.depth += 1;
    const node = read();
    this.depth -= 1;
    return node;
  }

  /** What an alias stands for. The whole is where the alias is; its parts are where they are written. */
  private expand(alias: Alias, place: Place): LocatedNode {
    const name = alias.source;
    const target = this.targets.get(alias);
    if (target === undefined) return this.refuse(`there is no anchor &${name} before this alias`, place);
    if (this.open.has(target)) return this.refuse(`*${name} stands inside of what it stands for`, place);
    if (this.aliased > MOST_ALIASED) return this.refuseMore(place);
    this.open.add(target);
    const node = this.locate(target, place);
    this.open.delete(target);
    return { ...node, place };
  }

  private entries(map: YAMLMap, place: Place): Map<string, LocatedEntry> {
    const entries = new Map<string, LocatedEntry>();
    const merged: LocatedNode[] = [];
    for (const pair of map.items) {
      const key = this.locate(pair.key, place);
      const value = this.locate(pair.value, key.place);
      if (key.kind !== 'scalar') this.problems.report('a key must be a text, not a list or a mapping', key.place);
      else if (isMergeKey(pair.key)) merged.push(value);
      else if (!entries.has(key.text)) entries.set(key.text, { key: key.place, value });
      else {
        const { line } = (entries.get(key.text) as LocatedEntry).key.position();
        this.problems.report(`the key '${key.text}' is there twice, first in line ${line}`, key.place);
      }
    }
    for (const value of merged) this.merge(entries, value);
    return entries;
  }

  /** Takes over the entries of a mapping, or of each of a list, under keys that are not there yet. */
  private merge(entries: Map<string, LocatedEntry>, value: LocatedNode): void {
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (source.kind !== 'map')
        this.problems.report('<< takes the keys of a mapping: write <<: *ANCHOR', source.place);
      else for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  private refuseMore(place: Place): LocatedScalar {
    if (!this.isExhausted) this.problems.report(`the aliases stand for over ${MOST_ALIASED} values: use fewer`, place);
    this.isExhausted = true;
    return nothing(place);
  }

  private refuse(message: string, place: Place): LocatedScalar {
    this.problems.report(message, place);
    return nothing(place);
  }

  private placeOf(node: Node, fallback: Place): Place {
    const isUnwritten = isScalar(node) && node.source === '' && node.type === 'PLAIN';
    return isUnwritten || !node.range ? fallback : this.source.at(node.range[0]);
  }
}

function scalar({ value, source }: Scalar, place: Place): LocatedScalar {
  return {
    kind: 'scalar',
    place,
    value: value as ScalarValue,
    text: typeof value === 'string' ? value : (source ?? ''),
  };
}

function nothing(place: Place): LocatedScalar {
  return { kind: 'scalar', place, value: null, text: '' };
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<';
}
