import type { AppendOutput } from '../../rules/append-output.js';
import { libraryPath } from '../library-path.js';
import type { FalcoSettings } from '../settings.js';
import { configLiteral } from './config-literal.js';
import type { FalcoRun } from './falco-run.js';

/** What a generated configuration says besides the settings. */
export type ConfigInput = Pick<FalcoRun, 'settings' | 'details'> &
  Partial<Pick<FalcoRun, 'params' | 'config'>> & {
    /** The rules files, in order. */
    readonly rules: readonly string[];
    /** Under which key alerts get the event number; without it they get none. */
    readonly numberKey?: string;
  };

/**
 * How long Falco lets a reader of alerts be slow, in milliseconds. At the end of a stream it throws away what was not read by
 * then, so it must be longer than any run.
 */
const OUTPUT_TIMEOUT = 2 ** 31 - 1;

/**
 * A whole falco.yaml, in the JSON that is YAML as well: only our plugin, no output but JSON lines on standard output, and
 * nothing that is read, watched or listened to besides. It only has keys that Falco 0.39's own schema knows.
 *
 * @throws DocktapeError `PLUGIN` when there is no library, `FALCO` for what cannot be written
 */
export function falcoConfig(input: ConfigInput): string {
  const { settings } = input;
  return JSON.stringify({
    engine: { kind: 'nodriver' },
    plugins: [pluginConfig(input)],
    load_plugins: ['docker'],
    config_files: [],
    watch_config_files: false,
    rules_files: input.rules.map((path) => configLiteral(path, 'rules file')),
    rule_matching: settings.ruleMatching,
    priority: settings.priority,
    time_format_iso_8601: settings.timeFormatIso8601,
    json_output: true,
    json_include_output_property: true,
    json_include_tags_property: true,
    append_output: appendOutput(input),
    buffered_outputs: false,
    output_timeout: OUTPUT_TIMEOUT,
    stdout_output: { enabled: true },
    syslog_output: { enabled: false },
    webserver: { enabled: false },
    metrics: { enabled: false },
    log_stderr: true,
    log_syslog: false,
    log_level: 'warning',
    libs_logger: { enabled: true, severity: 'warning' },
  });
}

/** A key under which alerts can have the event number without any of their own fields in the way. */
export function numberKeyFor({ appendOutput }: FalcoSettings): string {
  const taken = new Set(appendOutput.flatMap(({ formattedFields }) => [...formattedFields.keys()]));
  let key = 'docktape.event';
  while (taken.has(key)) key += "'";
  return key;
}

function pluginConfig({ params = '', config }: ConfigInput): object {
  return {
    name: 'docker',
    library_path: configLiteral(libraryPath(), 'plugin library'),
    open_params: configLiteral(params, 'open params'),
    // An empty mapping would arrive as null, which is no configuration.
    ...(config && Object.keys(config).length > 0 && { init_config: config }),
  };
}

/** Ours first: of two entries for one key, Falco takes the later. */
function appendOutput({ settings, details = new Map(), numberKey }: ConfigInput): object[] {
  const number = numberKey === undefined ? [] : [{ extra_fields: [{ [numberKey]: '%evt.num' }] }];
  const fields = [...details].map(([rule, names]) => ({
    match: { rule: configLiteral(rule, 'rule') },
    extra_fields: names.map((name) => configLiteral(name, 'field')),
  }));
  return [...number, ...fields, ...settings.appendOutput.map(entryConfig)];
}

function entryConfig({ source, tags, rule, format, formattedFields, rawFields }: AppendOutput): object {
  const literal = (text: string) => configLiteral(text, 'append_output');
  const texts = [...formattedFields].map(([name, text]) => ({ [name]: literal(text) }));
  return {
    match: {
      ...(source !== undefined && { source: literal(source) }),
      ...(tags.length > 0 && { tags: tags.map(literal) }),
      ...(rule !== undefined && { rule: literal(rule) }),
    },
    ...(format !== undefined && { extra_output: literal(format) }),
    extra_fields: [...texts, ...rawFields.map(literal)],
  };
}
