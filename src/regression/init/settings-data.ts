import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_SETTINGS, type FalcoSettings } from '../../falco/settings.js';
import type { AppendOutput } from '../../rules/append-output.js';

/** Settings as falco.yaml and suites write them: those that differ from Falco's defaults. */
export function settingsData(settings: FalcoSettings): Readonly<Record<string, unknown>> {
  const all = dataOf(settings);
  const defaults = dataOf(DEFAULT_SETTINGS);
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => !isDeepStrictEqual(value, defaults[key])));
}

function dataOf(settings: FalcoSettings): Readonly<Record<string, unknown>> {
  const { output, outputFields, tags, message } = settings.jsonMembers;
  return {
    rule_matching: settings.ruleMatching,
    priority: settings.priority.toLowerCase(),
    json_output: settings.jsonOutput,
    json_include_output_property: output,
    json_include_output_fields_property: outputFields,
    json_include_tags_property: tags,
    json_include_message_property: message,
    time_format_iso_8601: settings.timeFormatIso8601,
    append_output: settings.appendOutput.map(entryData),
  };
}

function entryData({ source, tags, rule, format, formattedFields, rawFields }: AppendOutput): object {
  const match = {
    ...(source !== undefined && { source }),
    ...(tags.length > 0 && { tags }),
    ...(rule !== undefined && { rule }),
  };
  const fields = [...rawFields, ...[...formattedFields].map(([name, text]) => ({ [name]: text }))];
  return {
    ...(Object.keys(match).length > 0 && { match }),
    ...(format !== undefined && { extra_output: format }),
    ...(fields.length > 0 && { extra_fields: fields }),
  };
}
