// What a rules file says of its rules, and of the lists and macros that they use, comments included.
import { parseDocument } from 'yaml';

/**
 * A list or macro.
 *
 * @typedef {object} Definition
 * @property {'list' | 'macro'} kind
 * @property {string} name
 * @property {string} comment what stands above it in the file
 * @property {string[]} items of a list
 * @property {string} condition of a macro
 */

/**
 * @typedef {object} Rule
 * @property {string} section the heading that it stands under in the file
 * @property {string} name
 * @property {string} desc
 * @property {string} condition
 * @property {string} priority
 * @property {string[]} tags
 * @property {{ name: string, fields: string[] }[]} exceptions
 */

const heading = /^---- (.+)$/m;

/**
 * @param {string} text of a rules file
 * @returns {{ definitions: Map<string, Definition>, rules: Rule[] }}
 */
export function readRules(text) {
  const document = parseDocument(text);
  /** @type {Map<string, Definition>} */
  const definitions = new Map();
  /** @type {Rule[]} */
  const rules = [];
  let section = '';
  for (const node of /** @type {import('yaml').YAMLSeq<import('yaml').YAMLMap>} */ (document.contents).items) {
    const comment = (node.commentBefore ?? '').replace(/^ /gm, '').trim();
    section = heading.exec(comment)?.[1] ?? section;
    const item = node.toJS(document);
    if (item.rule) rules.push({ exceptions: [], ...item, name: item.rule, desc: oneLine(item.desc), section });
    const name = item.list ?? item.macro;
    if (!name) continue;
    definitions.set(name, {
      kind: item.list ? 'list' : 'macro',
      name,
      comment: oneLine(comment.split('\n\n').at(-1) ?? ''),
      items: (item.items ?? []).map(String),
      condition: item.condition ?? '',
    });
  }
  return { definitions, rules };
}

/**
 * @param {string} condition
 * @param {ReadonlyMap<string, Definition>} definitions
 * @returns {Set<Definition>} the lists and macros that a condition uses, those of its macros included, in the order in which it comes to them
 */
export function definitionsIn(condition, definitions) {
  /** @type {Set<Definition>} */
  const found = new Set();
  for (const [word] of condition.replace(/"[^"]*"/g, '').matchAll(/[\w.-]+/g)) {
    const definition = definitions.get(word);
    if (!definition) continue;
    found.add(definition);
    for (const inner of definitionsIn(definition.condition, definitions)) found.add(inner);
  }
  return found;
}

/** @param {string} text */
function oneLine(text) {
  return text.trim().replace(/\s+/g, ' ');
}
