import { currentContext } from '../docker/context.js';

/**
 * The open params that the command line hands to the plugin. Inside Falco, `live` means DOCKER_HOST or the default socket;
 * on the command line Docker's current context comes between, so here it takes the place of `live`.
 */
export function commandLineParams(
  params: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const [target = '', ...query] = params.split('?');
  if ((target !== '' && target !== 'live') || env.DOCKER_HOST) return params;
  const context = currentContext(env);
  if (context === undefined) return params;
  return [`context:${encodeURIComponent(context)}`, ...query].join('?');
}
