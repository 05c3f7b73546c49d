import { parseDocument, type YAMLError } from 'yaml';
import { SourceText } from '../../rules/text/source-text.js';
import { locateYaml } from './locate-yaml.js';
import type { LocatedNode } from './located-node.js';
import { Problems } from './problems.js';

/** What the YAML library says in words that only its users understand. */
const MESSAGES: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY:
    "a second ': ' in one line, or a line that is indented too far; a text with ': ' in it needs quotes",
  MULTIPLE_DOCS: 'a suite is one YAML document: give the next one a file of its own',
  RESOURCE_EXHAUSTION: 'its lists and mappings are nested too deep',
};

/**
 * Reads a YAML file of one document, by YAML 1.2's core schema with merge keys.
 *
 * @param name what messages call the file
 * @throws SuiteError for text that is not YAML: with the first error, as those after it mostly follow from it
 */
export function readYaml(name: string, text: string): LocatedNode {
  const source = new SourceText(name, text);
  const problems = new Problems();
  const document = parseDocument(text, {
    intAsBigInt: true,
    // Keys are compared by their text, which is done where they are located.
    uniqueKeys: false,
    prettyErrors: false,
  });
  const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  if (error) problems.report(`not valid YAML: ${messageOf(error)}`, source.at(error.pos[0]));
  problems.throwIfAny();
  const node = locateYaml(document, source, problems);
  problems.throwIfAny();
  return node;
}

function messageOf({ code, message }: YAMLError): string {
  return MESSAGES[code] ?? message;
}
