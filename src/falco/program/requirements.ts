import { type Finding, findingOf } from '../../rules/finding.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import { SourceText } from '../../rules/text/source-text.js';

/** What Falco says when plugins are not what rules require (`falco_engine.cpp`), and in it what the rules name. */
const UNMET = [
  /^Plugin '.*' is not compatible with required plugin version '(.*)'$/,
  /^Plugin requirement not satisfied, must load one of: (\S+)/,
];

/**
 * The finding for the one kind of error in rules that Falco gives without a place: a plugin that they require. Its place is
 * where the file that names the version or plugin lists what it requires. Undefined for another reason.
 */
export function unmetRequirement(reason: string, files: readonly RulesFile[]): Finding | undefined {
  const required = UNMET.map((pattern) => pattern.exec(reason)?.[1]).find((name) => name !== undefined);
  if (required === undefined) return undefined;
  for (const { name, text } of files) {
    const offset = text.indexOf('required_plugin_versions');
    if (offset >= 0 && text.includes(required, offset)) return finding(reason, new SourceText(name, text), offset);
  }
  const [{ name, text } = { name: 'rules', text: '' }] = files;
  return finding(reason, new SourceText(name, text), 0);
}

function finding(message: string, source: SourceText, offset: number): Finding {
  return findingOf({ code: 'LOAD_ERR_VALIDATE', message, place: source.at(offset) }, 'error');
}
