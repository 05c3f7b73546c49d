import { fail } from '../diagnostic.js';
import type { Place } from '../text/source-text.js';

/** The version of Falco's engine whose language this is: Falco 0.44.1's. */
export const ENGINE_VERSION = '0.62.0';

/** The plugin whose events the rules are about. */
export interface PluginIdentity {
  readonly name: string;
  readonly version: string;
}

/** One entry of `required_plugin_versions`: any of the alternatives will do. */
export interface PluginRequirement {
  readonly place: Place;
  readonly alternatives: readonly PluginIdentity[];
}

type Version = readonly [major: number, minor: number, patch: number];

/** @throws LoadFailure when the rules ask for a newer engine; an integer N means 0.N.0 */
export function checkEngineVersion(required: string, place: Place): void {
  const text = /^\d+$/.test(required) ? `0.${required}.0` : required;
  const version = parseVersion(text);
  if (!version) {
    fail('LOAD_ERR_YAML_VALIDATE', `'${required}' is not an engine version: write X.Y.Z or a whole number`, place);
  }
  if (!satisfies(parseVersion(ENGINE_VERSION) as Version, version)) {
    fail('LOAD_ERR_VALIDATE', `the rules need engine version ${text}, this is ${ENGINE_VERSION}`, place);
  }
}

/** @throws LoadFailure for a version that is none, or a plugin named twice in one requirement */
export function checkRequirement({ alternatives, place }: PluginRequirement): void {
  const names = new Set<string>();
  for (const { name, version } of alternatives) {
    if (!parseVersion(version)) {
      fail('LOAD_ERR_VALIDATE', `'${version}' is not a version of the plugin ${name}: write X.Y.Z`, place);
    }
    if (names.has(name)) fail('LOAD_ERR_VALIDATE', `the plugin ${name} is required twice in one entry`, place);
    names.add(name);
  }
}

/** @throws LoadFailure when the loaded plugin is none of those that the rules accept */
export function checkPlugin({ alternatives, place }: PluginRequirement, plugin: PluginIdentity): void {
  const loaded = parseVersion(plugin.version);
  const met = alternatives.some(
    ({ name, version }) => name === plugin.name && loaded && satisfies(loaded, parseVersion(version) as Version),
  );
  if (met) return;
  const wanted = alternatives.map(({ name, version }) => `${name} ${version}`).join(' or ');
  fail('LOAD_ERR_VALIDATE', `the rules need the plugin ${wanted}; ${plugin.name} ${plugin.version} is loaded`, place);
}

function parseVersion(text: string): Version | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text);
  return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

/** The same major version and not older: what Falco asks of engines and plugins. */
function satisfies(have: Version, want: Version): boolean {
  if (have[0] !== want[0]) return false;
  return have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]);
}
