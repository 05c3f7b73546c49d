// The part of docs/rules.md that follows from the rules file.
import { definitionsIn, readRules } from './read-rules.mjs';

/**
 * @typedef {import('./read-rules.mjs').Definition} Definition
 * @typedef {import('./read-rules.mjs').Rule} Rule
 */

/** How many items of a list the table shows. */
const MOST_ITEMS = 4;

/**
 * @param {string} page docs/rules.md
 * @param {string} text of the rules file
 * @returns {string} the page, with what stands between its markers made anew
 */
export function renderRulesPage(page, text) {
  const { definitions, rules } = readRules(text);
  const parts = {
    overview: overview(rules),
    lists: meantToBeOverridden(rules, definitions),
    rules: [...new Set(rules.map(({ section }) => section))]
      .map((section) => {
        const own = rules.filter((rule) => rule.section === section);
        return `## ${section}\n\n${own.map((rule) => chapter(rule, definitions)).join('\n')}`;
      })
      .join('\n'),
  };
  return page.replace(/(<!-- (\w+):begin -->\n)[\s\S]*?(<!-- \2:end -->)/g, (_, begin, name, end) => {
    const part = parts[/** @type {keyof typeof parts} */ (name)];
    return `${begin}${part}${end}`;
  });
}

/** @param {Rule[]} rules */
function overview(rules) {
  const rows = rules.map(
    (rule) => `| [${rule.name}](#${anchor(rule.name)}) | ${rule.priority} | ${techniques(rule).join(', ')} |`,
  );
  return `| rule | priority | ATT&CK |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/**
 * @param {Rule[]} rules
 * @param {ReadonlyMap<string, Definition>} definitions
 */
function meantToBeOverridden(rules, definitions) {
  const rows = [...definitions.values()].filter(isMeantToBeOverridden).map((definition) => {
    const users = rules.filter(({ condition }) => definitionsIn(condition, definitions).has(definition));
    return `| \`${definition.name}\` | ${definition.kind} | ${definition.comment}${contents(definition)} | ${count(users.length, 'rule')} |`;
  });
  return `| name | kind | what it is | used by |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** @param {Definition} definition */
function contents({ kind, items }) {
  if (kind === 'macro') return '';
  if (items.length === 0) return ' Empty.';
  if (items.length > MOST_ITEMS) return ` ${items.length} entries.`;
  return ` ${items.map((item) => `\`${item}\``).join(', ')}.`;
}

/**
 * @param {Rule} rule
 * @param {ReadonlyMap<string, Definition>} definitions
 */
function chapter(rule, definitions) {
  const known = techniques(rule);
  const attack = known.length > 0 ? ` · ATT&CK ${known.join(', ')}` : '';
  return `### ${rule.name}\n\n${rule.priority}${attack}\n\n${rule.desc}\n\n${tuning(rule, definitions)}\n`;
}

/**
 * @param {Rule} rule
 * @param {ReadonlyMap<string, Definition>} definitions
 */
function tuning({ condition, exceptions }, definitions) {
  const used = [...definitionsIn(condition, definitions)].filter(isMeantToBeOverridden);
  const names = (/** @type {string} */ kind) =>
    used.filter((definition) => definition.kind === kind).map(({ name }) => `\`${name}\``);
  const ways = [
    ...names('list').map((name) => `list ${name}`),
    ...names('macro').map((name) => `macro ${name}`),
    ...exceptions.map(
      ({ name, fields }) => `exception \`${name}\` (${fields.map((field) => `\`${field}\``).join(', ')})`,
    ),
  ];
  return ways.length > 0
    ? `Tune it by: ${ways.join('; ')}.`
    : 'There is nothing to tune: turn it off where it is of no use.';
}

/** @param {Definition} definition */
function isMeantToBeOverridden({ kind, comment }) {
  return kind === 'list' || comment.includes('Override it');
}

/**
 * @param {Rule} rule
 * @returns {string[]} each technique with the tactics before it among the tags
 */
function techniques({ tags }) {
  let tactic = '';
  return tags.flatMap((tag) => {
    if (tag.startsWith('mitre_')) tactic = tag.replace('mitre_', '').replaceAll('_', ' ');
    return /^T\d+/.test(tag) ? [`${tag} (${tactic})`] : [];
  });
}

/**
 * @param {number} number
 * @param {string} noun
 */
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** @param {string} title as a heading's link names it */
function anchor(title) {
  return title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}
