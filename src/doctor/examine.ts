import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Endpoint } from '../docker/endpoint.js';
import type { FalcoProgram } from '../falco/program/falco-run.js';
import { type OpenParams, parseOpenParams } from '../source/open-params.js';
import { now } from '../time.js';
import { checkAnswers } from './daemon/answers.js';
import { checkEndpoint } from './daemon/choice.js';
import { checkContainers } from './daemon/containers.js';
import { checkEnrichment } from './daemon/enrichment.js';
import { checkEvents } from './daemon/events.js';
import { checkSocket } from './daemon/socket.js';
import { checkCapture } from './docktape/capture.js';
import { checkLibrary } from './docktape/library.js';
import { checkNativeModules } from './docktape/native-modules.js';
import { checkRuntime } from './docktape/runtime.js';
import { checkSourceHost } from './docktape/source-host.js';
import { checkPluginInFalco } from './falco/plugin-in-falco.js';
import { checkFalcoProgram } from './falco/program.js';
import { checkSurroundings } from './falco-service/check-surroundings.js';
import { Accounts, currentUser } from './host/accounts.js';
import { FileTree } from './host/file-tree.js';
import { notChecked, type Outcome } from './outcome.js';

/** The package's own folder, seen from dist/doctor/. */
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

export interface DoctorInput {
  /** Open params: which daemon, or which capture. */
  readonly params: string;
  /** The Falco that the command line names. */
  readonly falco?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Hears what is being looked at, each time before it begins. */
  readonly onBegin: (what: string) => void;
}

/** One line of the report. */
export type Finding = Outcome & {
  /** What it belongs to: docktape, Falco, the source of the events, Falco's surroundings. */
  readonly group: string;
  /** What was looked at. */
  readonly check: string;
};

/**
 * Looks at everything that docktape needs on this machine, one after the other. Nothing is changed, and nothing is asked of the
 * daemon but to ping, to say its version, to give events, to list what runs, and what something is that there is not.
 *
 * @throws DocktapeError `OPEN_PARAMS` when the params are none; the signal's reason
 */
export async function* examine(input: DoctorInput): AsyncGenerator<Finding> {
  const { env, signal, onBegin } = input;
  const params = parseOpenParams(input.params, now());
  const begin = (what: string) => {
    signal.throwIfAborted();
    onBegin(what);
  };
  const library = yield* ownParts(begin, env, signal);
  const program = yield* falco(begin, input, library !== undefined);
  const endpoint = yield* source(begin, params, env, signal);
  begin("Falco's surroundings");
  const surroundings = checkSurroundings({
    tree: new FileTree('/'),
    env,
    params,
    ...(endpoint && { endpoint }),
    ...(program && { falcoVersion: program.version }),
    ...(library !== undefined && { library }),
  });
  for await (const { check, outcome } of surroundings) yield { group: "Falco's surroundings", check, ...outcome };
}

type Begin = (what: string) => void;

async function* ownParts(
  begin: Begin,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<Finding, string | undefined> {
  const found = finding('docktape');
  begin('the runtime');
  yield found('runtime', checkRuntime(runtime()));
  begin('the native modules');
  const modules = await checkNativeModules();
  yield found('native modules', modules);
  if (modules.status === 'problem') {
    const why = notChecked('without the native modules it cannot be loaded');
    yield found('library', why);
    yield found('source host', why);
    return undefined;
  }
  begin('the library');
  const { outcome, path } = await checkLibrary(env);
  yield found('library', outcome);
  begin('the source host');
  yield found(
    'source host',
    path === undefined ? notChecked('no library to start it') : await checkSourceHost(path, signal),
  );
  return path;
}

function runtime(): Parameters<typeof checkRuntime>[0] {
  const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  return { version: process.version, executable: process.execPath, packageFolder, supported: engines.node };
}

async function* falco(
  begin: Begin,
  { falco: named, env, signal }: DoctorInput,
  hasLibrary: boolean,
): AsyncGenerator<Finding, FalcoProgram | undefined> {
  const found = finding('Falco');
  begin('Falco');
  const { outcome, program } = await checkFalcoProgram(named, env, signal);
  yield found('program', outcome);
  begin('the plugin in Falco');
  yield found('plugin', hasLibrary ? await checkPluginInFalco(program, signal) : notChecked('no library to load'));
  return program;
}

/** What is looked at in a daemon's answers, in this order. */
const ANSWERS = ['version', 'events', 'containers', 'enrichment'];

/** The daemon, or the capture: where the events come from. */
async function* source(
  begin: Begin,
  params: OpenParams,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): AsyncGenerator<Finding, Endpoint | undefined> {
  if (params.mode === 'replay') {
    begin('the capture');
    yield finding('Capture')('file', await checkCapture(params.path));
    return undefined;
  }
  const found = finding('Docker daemon');
  begin('where the daemon is');
  const { outcome, endpoint } = checkEndpoint(params.address, env);
  yield found('address', outcome);
  if (!endpoint) {
    const why = notChecked('it is not known where the daemon is');
    for (const check of ['socket', ...ANSWERS]) yield found(check, why);
    return undefined;
  }
  const accounts = new Accounts(new FileTree('/'));
  const socket = checkSocket(endpoint, { user: currentUser(accounts), accounts });
  yield found('socket', socket);
  if (socket.status === 'problem') {
    for (const check of ANSWERS) yield found(check, notChecked('the socket cannot be used'));
    return endpoint;
  }
  begin('whether the daemon answers');
  const version = await checkAnswers(endpoint, signal);
  yield found('version', version);
  if (version.status === 'problem') {
    for (const check of ANSWERS.slice(1)) yield found(check, notChecked('the daemon does not answer'));
    return endpoint;
  }
  begin('events');
  yield found('events', await checkEvents(endpoint, signal));
  begin('containers');
  yield found('containers', await checkContainers(endpoint, signal));
  begin('what containers are');
  yield found('enrichment', await checkEnrichment(endpoint, signal));
  return endpoint;
}

function finding(group: string): (check: string, outcome: Outcome) => Finding {
  return (check, outcome) => ({ group, check, ...outcome });
}
