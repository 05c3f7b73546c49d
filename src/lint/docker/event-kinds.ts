/**
 * A type of event and an action, as daemons send them. An action that ends with `: ` goes on with what was executed, which can be
 * anything.
 */
export interface EventKind {
  readonly type: string;
  readonly action: string;
  /** Who sends it. */
  readonly sender: 'docker' | 'podman' | 'docktape';
}

/**
 * What Docker's daemons send, from 1.10 on: moby's `api/types/events`, the places that log events, and recordings. Swarm's types
 * are those of a manager. A set that grows with Docker.
 */
const DOCKER: Readonly<Record<string, readonly string[]>> = {
  container: [
    'create',
    'start',
    'restart',
    'stop',
    'die',
    'kill',
    'oom',
    'destroy',
    'pause',
    'unpause',
    'rename',
    'update',
    'attach',
    'detach',
    'resize',
    'exec_create: ',
    'exec_start: ',
    'exec_detach',
    'exec_die',
    'health_status: healthy',
    'health_status: unhealthy',
    'health_status: running',
    'archive-path',
    'extract-to-dir',
    'copy',
    'commit',
    'export',
    'checkpoint',
    'top',
    'prune',
  ],
  image: ['create', 'delete', 'import', 'load', 'prune', 'pull', 'push', 'save', 'tag', 'untag'],
  volume: ['create', 'destroy', 'mount', 'prune', 'unmount'],
  network: ['connect', 'create', 'destroy', 'disconnect', 'prune', 'remove', 'update'],
  plugin: ['create', 'disable', 'enable', 'install', 'pull', 'push', 'remove', 'upgrade'],
  daemon: ['reload'],
  builder: ['prune'],
  node: ['create', 'remove', 'update'],
  service: ['create', 'remove', 'update'],
  secret: ['create', 'remove', 'update'],
  config: ['create', 'remove', 'update'],
};

/** What Podman's Docker-compatible API sends besides: podman's `libpod/events`, whose `died` its API calls `die`. */
const PODMAN: Readonly<Record<string, readonly string[]>> = {
  container: [
    'auto-update',
    'cleanup',
    'connect',
    'disconnect',
    'exec',
    'exec_died',
    'health_status',
    'init',
    'mount',
    'refresh',
    'remove',
    'restore',
    'rotate',
    'sync',
    'unmount',
  ],
  image: ['build', 'history', 'loadfromarchive', 'mount', 'pull-error', 'remove', 'unmount'],
  pod: ['create', 'init', 'kill', 'pause', 'prune', 'remove', 'restart', 'start', 'stop', 'unpause'],
  volume: ['remove'],
  secret: [],
  system: ['prune', 'refresh', 'renumber'],
  machine: ['init', 'remove', 'start', 'stop'],
  artifact: ['create', 'pull', 'push', 'remove'],
};

/** docktape's own events, which stand in the stream with the daemon's. */
const DOCKTAPE: Readonly<Record<string, readonly string[]>> = {
  docktape: ['daemon back', 'daemon lost', 'gap', 'missed die', 'missed start'],
};

/** Every kind of event that is known. */
export const EVENT_KINDS: readonly EventKind[] = [
  ...kinds(DOCKER, 'docker'),
  ...kinds(PODMAN, 'podman'),
  ...kinds(DOCKTAPE, 'docktape'),
];

/** `exec_start` of `exec_start: sh`, as the field docker.action.verb has it. */
export function verbOf(action: string): string {
  return splitAction(action).verb;
}

/** The action up to the first colon and blank, and what comes after it. */
export function splitAction(action: string): { readonly verb: string; readonly detail: string | undefined } {
  const at = action.indexOf(': ');
  return at < 0 ? { verb: action, detail: undefined } : { verb: action.slice(0, at), detail: action.slice(at + 2) };
}

function kinds(table: Readonly<Record<string, readonly string[]>>, sender: EventKind['sender']): EventKind[] {
  return Object.entries(table).flatMap(([type, actions]) => actions.map((action) => ({ type, action, sender })));
}
