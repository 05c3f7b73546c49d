import type { OpenParams } from '../../source/open-params.js';
import { comment } from './comment.js';
import { type ConfigKey, initConfigLines } from './init-config.js';
import type { ParamsForFalco } from './params-for-falco.js';
import { yamlPath, yamlValue } from './yaml-value.js';

export interface FragmentOptions {
  /** Absolute path of libdocker.so, as it is where Falco runs. */
  readonly library: string;
  readonly params: ParamsForFalco;
  /** What the plugin's `init_config` takes. */
  readonly keys: readonly ConfigKey[];
  /** For a Falco that does nothing else: a whole configuration, with these rules (absolute paths). */
  readonly standalone?: { readonly rules: readonly string[] };
}

/**
 * The part of falco.yaml that loads the plugin, or a whole configuration around it. The text is commented, so that a reader learns
 * what each key means.
 *
 * @throws DocktapeError `FALCO` for paths that Falco's configuration cannot have
 */
export function falcoFragment({ library, params, keys, standalone }: FragmentOptions): string {
  const lines = [
    ...(standalone ? standaloneHead(params.parsed, standalone.rules) : fragmentHead()),
    '',
    'plugins:',
    '  - name: docker',
    ...comment("The plugin. Falco's user must be able to read it, and to run docktape-host, which it starts.", 4),
    `    library_path: ${yamlPath(library, 'plugin library')}`,
    '    init_config:',
    ...initConfigLines(keys, 6),
    ...paramsComment(params.parsed).flatMap((text) => comment(text, 4)),
    `    open_params: ${yamlValue(params.text)}`,
    '',
    ...comment('Which of the configured plugins are loaded.'),
    'load_plugins: [docker]',
  ];
  return `${lines.join('\n')}\n`;
}

function fragmentHead(): string[] {
  return [
    ...comment('Docker events for Falco, by docktape.'),
    '#',
    ...comment(
      'As a file in /etc/falco/config.d it adds Docker events to what Falco watches already. Rules for them (source: docker) go to /etc/falco/rules.d once the plugin is loaded: Falco does not start with rules that require a plugin which it lacks. The lists below are added to those of falco.yaml by Falco 0.41 and newer; 0.39 and 0.40 take these instead.',
    ),
    '#',
    ...comment('Docker events alone, with no kernel driver:'),
    '#',
    '#     falco -o engine.kind=nodriver --enable-source docker',
  ];
}

function standaloneHead(params: OpenParams, rules: readonly string[]): string[] {
  const what = params.mode === 'replay' ? 'a replay of Docker events; it ends with the capture' : 'Docker events alone';
  return [
    ...comment(`A Falco for ${what}. By docktape. Run it with:`),
    '#',
    '#     falco -c THIS_FILE --enable-source docker',
    '',
    ...comment('No kernel driver. The source of system calls is there nevertheless, so --enable-source leaves it out.'),
    'engine:',
    '  kind: nodriver',
    '',
    ...comment('Rules files and folders, in order.'),
    'rules_files:',
    ...rules.map((path) => `  - ${yamlPath(path, 'rules file')}`),
    '',
    ...comment('Alerts go to standard output, what Falco says of itself to standard error.'),
    'stdout_output:',
    '  enabled: true',
    'log_stderr: true',
    'log_syslog: false',
  ];
}

const KEYS = {
  live: 'since=10m: also what the daemon remembers of this time (RFC 3339, Unix seconds, or an age)',
  replay:
    'since=, until= (RFC 3339, Unix seconds, or an age such as 10m), session= (a number or last), speed= (max, or a factor: 1 is the recorded pace)',
} as const;

function paramsComment(params: OpenParams): string[] {
  const query = `Behind a ?, joined by &: ${KEYS[params.mode]}.`;
  if (params.mode === 'replay') {
    return ["The capture that is replayed, with its recorded times. Falco's user must be able to read it.", query];
  }
  return [
    "Where the events come from. live is the daemon that DOCKER_HOST names in Falco's environment, else the default socket; or unix://PATH, tcp://HOST:PORT, https://HOST:PORT, context:NAME; or capture:PATH for a replay.",
    ...placeNotes(params.address),
    query,
  ];
}

/** What else must be where Falco runs for an address to work there. */
function placeNotes(address: string): string[] {
  if (address.startsWith('context:')) {
    return ["The context is looked up in the home folder of Falco's user, or in the folder that DOCKER_CONFIG names."];
  }
  if (/^(tcp|https):/.test(address)) {
    return ["Certificates are read from the folder that DOCKER_CERT_PATH names in Falco's environment."];
  }
  return [];
}
