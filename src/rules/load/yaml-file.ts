import { parseAllDocuments } from 'yaml';
import { fail } from '../diagnostic.js';
import type { SourceText } from '../text/source-text.js';
import { resolveAliases } from './aliases.js';
import { YamlNode } from './yaml-node.js';

/**
 * The items of a rules file: the elements of the sequence that each of its documents is.
 *
 * @throws LoadFailure for text that is not YAML, or not a sequence of mappings
 */
export function readYamlItems(source: SourceText): YamlNode[] {
  // Falco takes every scalar as text and decides by the key what it must be, so no type is guessed from its looks.
  const documents = parseAllDocuments(source.text, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  if ('empty' in documents) return [];
  const items: YamlNode[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) fail('LOAD_ERR_YAML_PARSE', problem(error), source.at(error.pos[0]));
    const content = new YamlNode(document.contents, resolveAliases(document), source, document.range[0]);
    if (content.isNull) continue;
    const elements = content.elements;
    if (!elements) fail('LOAD_ERR_YAML_VALIDATE', 'a rules file must be a list of items', content.place);
    for (const item of elements) {
      if (item.isNull) continue;
      if (!item.isMapping) {
        fail('LOAD_ERR_YAML_VALIDATE', 'each item must be a mapping, such as `- rule: NAME`', item.place);
      }
      items.push(item);
    }
  }
  return items;
}

function problem({ message }: Error): string {
  return /call stack/.test(message) ? 'the YAML nests too deep' : `not valid YAML: ${message}`;
}
