import { checkRules } from './check-rules.js';
import type { FalcoRun } from './falco-run.js';
import type { DescribedRule } from './load-results.js';
import type { DetailField } from './read-alert.js';
import { RefusedRules } from './refused-rules.js';

/**
 * The fields that a run asks for as details, and which of them alerts have anyway: Falco gives both in one object, and says
 * itself what the outputs of rules have.
 *
 * @throws RefusedRules, or what {@link checkRules} throws
 */
export async function detailFields(run: FalcoRun): Promise<ReadonlyMap<string, readonly DetailField[]>> {
  const details = new Map([...(run.details ?? [])].filter(([, names]) => names.length > 0));
  if (details.size === 0) return new Map();
  const { program, files, settings, signal } = run;
  const { findings, rules } = await checkRules({ program, files, settings, ...(signal && { signal }) });
  RefusedRules.throwIf(program, findings);
  return new Map(
    rules.map((rule) => {
      const shown = shownFields(rule, settings.timeFormatIso8601);
      const names = details.get(rule.info.name) ?? [];
      return [rule.info.name, names.map((name) => ({ name, shown: shown.has(name) }))];
    }),
  );
}

/** The keys of an alert's fields. */
function shownFields({ details }: DescribedRule, iso: boolean): Set<string> {
  const texts = Object.entries(details.extra_output_formatted_fields ?? {});
  // The formats of texts come among the fields, and may look like one of them.
  const fields = [...details.output_fields];
  for (const [, format] of texts) if (fields.includes(format)) fields.splice(fields.indexOf(format), 1);
  const time = iso ? 'evt.time.iso8601' : 'evt.time';
  return new Set([time, ...texts.map(([name]) => name), ...fields.map((field) => field.replace(/^%/, ''))]);
}
