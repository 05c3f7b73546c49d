import { type Alias, type Document, type Node, visit } from 'yaml';

/** What each alias of a document stands for: the last node before it that has its anchor. An unknown one is left out. */
export function resolveAliases(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const aliases = new Map<Alias, Node>();
  visit(document, {
    Alias: (_key, alias) => {
      const node = anchors.get(alias.source);
      if (node) aliases.set(alias, node);
    },
    Value: (_key, node) => {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return aliases;
}
