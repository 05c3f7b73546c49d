import { type Endpoint, resolveEndpoint } from '../../docker/endpoint.js';
import { messageOf } from '../../errors.js';
import { withoutCredentials } from '../daemon/choice.js';
import type { PluginUse } from '../falco-config/check-config.js';
import type { Account } from '../host/accounts.js';
import type { FileTree } from '../host/file-tree.js';
import { deniedAt, Permission } from '../host/permission.js';
import { type Outcome, ok, problem } from '../outcome.js';
import { Sandbox } from '../systemd/sandbox.js';
import type { Unit } from '../systemd/unit.js';
import { type Need, needsOf } from './needs.js';
import type { FalcoService } from './service.js';

/** Whether a service lets Falco do what the plugin needs: start the source host, and reach its files and the daemon. */
export function checkService(service: FalcoService, use: PluginUse, tree: FileTree): Outcome[] {
  const { unit, user, env } = service;
  if (user === undefined) {
    const found = `${unit.name} runs as ${unit.value('User')}, a user that there is not`;
    return [problem(found, `make it, or correct User= with ${edit(unit)}`)];
  }
  let endpoint: Endpoint | undefined;
  if (use.params.mode === 'live') {
    try {
      // Falco knows no current context, and only the variables of its own service.
      endpoint = resolveEndpoint(use.params.address, { useCurrentContext: false, env });
    } catch (error) {
      const found = `${unit.name}: ${withoutCredentials(messageOf(error))}`;
      return [problem(found, `correct open_params, or the variable with ${edit(unit)}`)];
    }
  }
  const sandbox = new Sandbox(unit, (path) => tree.real(path) ?? path);
  const needs = needsOf(use, endpoint, env);
  const problems = [
    ...hostProblems(unit, sandbox),
    ...needs.flatMap((need) => needProblem(need, unit, user, sandbox, tree) ?? []),
    ...(endpoint && 'host' in endpoint ? networkProblems(unit, endpoint, sandbox) : []),
  ];
  if (problems.length > 0) return problems;
  const source = use.params.mode === 'replay' ? use.params.path : endpoint?.name;
  return [ok(`${unit.name}, as ${user.name}, can use the library and ${source}`)];
}

/** How settings of a unit are changed. */
function edit({ name }: Unit): string {
  return `\`systemctl edit ${name}\``;
}

function* hostProblems(unit: Unit, sandbox: Sandbox): Generator<Outcome> {
  const compiling = sandbox.deniesCompiling;
  if (compiling !== undefined) {
    const found = `${unit.name} has ${compiling}, under which the source host does not start`;
    yield problem(found, `set MemoryDenyWriteExecute=no with ${edit(unit)}`);
  }
  const sockets = sandbox.deniesFamily('AF_UNIX');
  if (sockets !== undefined) {
    const found = `${unit.name} has ${sockets}, and the source host is reached by AF_UNIX`;
    yield problem(found, `allow AF_UNIX with ${edit(unit)}`);
  }
}

function needProblem(need: Need, unit: Unit, user: Account, sandbox: Sandbox, tree: FileTree): Outcome | undefined {
  const { what, path, permission, isSought } = need;
  const hiding = sandbox.hides(tree.real(path) ?? path);
  if (hiding !== undefined) {
    const found = `${unit.name} has ${hiding}, which hides ${what} ${path} from Falco`;
    return problem(found, `move it, or set BindPaths=${path} with ${edit(unit)}`);
  }
  if (isSought && tree.stat(path) === undefined) {
    const found = `${unit.name}: there is no ${path}, ${what} that Falco would use`;
    return problem(found, 'correct open_params, or start what makes it');
  }
  const denied = deniedAt(tree, path, user, permission);
  if (denied === undefined) return undefined;
  const where = denied === path ? '' : ` (because of ${denied})`;
  const found = `${unit.name} runs as ${user.name}, who may not use ${what} ${path}${where}`;
  const grant = `add the group of the socket with SupplementaryGroups= and ${edit(unit)}`;
  return problem(found, permission === Permission.write ? grant : `let that user in, or move it`);
}

function* networkProblems(unit: Unit, endpoint: Endpoint, sandbox: Sandbox): Generator<Outcome> {
  const denying = sandbox.deniesNetwork ?? sandbox.deniesFamily('AF_INET');
  if (denying === undefined) return;
  const found = `${unit.name} has ${denying}, and ${endpoint.name} is reached over the network`;
  yield problem(found, `allow it with ${edit(unit)}`);
}
