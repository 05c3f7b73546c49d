import type { FalcoSettings } from '../falco/settings.js';
import { Engine } from '../rules/engine.js';
import type { EventOrigin } from '../rules/event-origin.js';
import { type Finding, findingOf } from '../rules/finding.js';
import type { RulesFile } from '../rules/load/load-files.js';
import type { RuleObservation } from '../rules/observe/observation.js';
import { lintRules } from './lint-rules.js';

/**
 * All that there is to say about rules files: Falco's errors and warnings, and what lint finds. With errors there is no engine to
 * evaluate, and nothing for lint to look at.
 *
 * @param observations what the same files did over captures
 */
export function checkRules(
  files: readonly RulesFile[],
  origin: EventOrigin,
  settings: FalcoSettings,
  observations?: readonly RuleObservation[],
): Finding[] {
  const { engine, errors, warnings } = Engine.load(files, origin, settings);
  return [
    ...errors.map((error) => findingOf(error, 'error')),
    ...warnings.map((warning) => findingOf(warning, 'warning')),
    ...(engine ? lintRules({ rules: engine.rules, origin, settings, ...(observations && { observations }) }) : []),
  ];
}
