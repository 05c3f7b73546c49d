import type { Endpoint } from '../../docker/endpoint.js';
import type { OpenParams } from '../../source/open-params.js';
import { checkFalcoConfig, type PluginUse } from '../falco-config/check-config.js';
import { Accounts } from '../host/accounts.js';
import type { FileTree } from '../host/file-tree.js';
import { notChecked, type Outcome } from '../outcome.js';
import { checkService } from './check-service.js';
import { checkContainer } from './container.js';
import { FALCO_YAML, type FalcoService, falcoServices } from './service.js';

export interface SurroundingsInput {
  readonly tree: FileTree;
  readonly env: NodeJS.ProcessEnv;
  /** What the plugin would be given where Falco does not load it yet. */
  readonly params: OpenParams;
  /** Where the daemon is that was checked. */
  readonly endpoint?: Endpoint;
  readonly falcoVersion?: string;
  /** The library that docktape itself loads, when it can. */
  readonly library?: string;
}

export interface SurroundingsFinding {
  readonly check: 'configuration' | 'service' | 'container';
  readonly outcome: Outcome;
}

/** Looks at how Falco is installed here: its configurations, the services that run it, and its container. */
export async function* checkSurroundings(input: SurroundingsInput): AsyncGenerator<SurroundingsFinding> {
  const { tree, env, endpoint } = input;
  const services = falcoServices(tree, new Accounts(tree));
  const uses = new Map<string, PluginUse>();
  for (const [path, service] of configurations(services)) {
    const { outcomes, use } = await checkConfiguration(path, service, input);
    if (use) uses.set(path, use);
    for (const outcome of outcomes) yield { check: 'configuration', outcome };
  }
  if (services.length === 0) {
    yield { check: 'service', outcome: notChecked('systemd has no service that runs Falco') };
  }
  for (const service of services) {
    for (const outcome of serviceOutcomes(service, uses.get(service.config), input))
      yield { check: 'service', outcome };
  }
  yield { check: 'container', outcome: checkContainer(env.HOST_ROOT, endpoint, tree) };
}

/** Each configuration once, with a service that reads it, if there is one. */
function configurations(services: readonly FalcoService[]): Map<string, FalcoService | undefined> {
  const named = new Map<string, FalcoService | undefined>(services.map((service) => [service.config, service]));
  return named.size > 0 ? named : new Map([[FALCO_YAML, undefined]]);
}

function checkConfiguration(
  path: string,
  service: FalcoService | undefined,
  { tree, env, falcoVersion, library }: SurroundingsInput,
): ReturnType<typeof checkFalcoConfig> {
  const variables = service ? service.env : definedOf(env);
  return checkFalcoConfig({
    tree,
    path,
    isNamed: service !== undefined,
    env: variables,
    init: (config) => initPlugin(library, config),
    ...(falcoVersion !== undefined && { version: falcoVersion }),
    ...(library !== undefined && { ownLibrary: library }),
  });
}

async function initPlugin(library: string | undefined, config: string): Promise<void> {
  if (library === undefined) return;
  const { LoadedPlugin } = await import('../../falco/plugin.js');
  const plugin = LoadedPlugin.load(library);
  try {
    plugin.init(config);
  } finally {
    await plugin.destroy();
  }
}

/** What a service keeps Falco from. Where Falco does not load the plugin, that is no problem yet, but good to know. */
function serviceOutcomes(
  service: FalcoService,
  use: PluginUse | undefined,
  { tree, library, params }: SurroundingsInput,
): Outcome[] {
  if (use) return checkService(service, use, tree);
  const name = service.unit.name;
  const later = library === undefined ? [] : checkService(service, { library, params }, tree);
  const problems = later.filter(({ status }) => status === 'problem').map(({ found, advice }) => `${found}: ${advice}`);
  const advice = problems.length > 0 ? [`once it does: ${problems.join('; ')}`] : [];
  return [notChecked(`${name}: ${service.config} does not load the plugin`, ...advice)];
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
