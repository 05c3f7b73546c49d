/** Variables that Falco, the libraries of its build or the source host need; by name, or all that begin with a prefix. */
const NAMES = ['PATH', 'HOME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'LD_LIBRARY_PATH', 'LANG', 'LC_ALL', 'TZ'];
const PREFIXES = ['DOCKER_', 'DOCKTAPE_'];

/** What a run pins of Falco's surroundings. */
export interface Surroundings {
  readonly hostname?: string;
  readonly timeZone?: string;
}

/**
 * The environment that Falco runs in: of docktape's own what is needed to run and to reach a daemon, and none of the variables
 * that Falco itself reads, but for FALCO_HOSTNAME, which the embedded engine reads as well.
 */
export function falcoEnvironment(
  { hostname, timeZone }: Surroundings,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => NAMES.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  const host = hostname ?? env.FALCO_HOSTNAME;
  return {
    ...Object.fromEntries(kept),
    ...(host !== undefined && { FALCO_HOSTNAME: host }),
    ...(timeZone !== undefined && { TZ: timeZone }),
  };
}
