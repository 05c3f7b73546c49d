import { currentContext } from '../../docker/context.js';
import { type Endpoint, resolveEndpoint } from '../../docker/endpoint.js';
import { messageOf } from '../../errors.js';
import { type Outcome, ok, problem } from '../outcome.js';

export interface EndpointCheck {
  readonly outcome: Outcome;
  /** Present when it is known where the daemon is. */
  readonly endpoint?: Endpoint;
}

/** Which daemon the command line would use, and why. `address` is that of live open params. Reads TLS files. */
export function checkEndpoint(address: string, env: NodeJS.ProcessEnv): EndpointCheck {
  try {
    const endpoint = resolveEndpoint(address, { useCurrentContext: true, env });
    return { outcome: ok(`${endpoint.name}, ${reason(address, env)}`), endpoint };
  } catch (error) {
    const message = withoutCredentials(messageOf(error));
    return { outcome: problem(message, 'correct it, or name a daemon: docktape doctor unix://PATH') };
  }
}

/** Why it is this one, in the order in which Docker's own client looks. */
function reason(address: string, env: NodeJS.ProcessEnv): string {
  if (address.startsWith('context:')) return 'where this Docker context is';
  if (address !== '' && address !== 'live') return 'as named';
  if (env.DOCKER_HOST) return 'which DOCKER_HOST names';
  const context = currentContext(env);
  if (context === undefined) return 'the default';
  return env.DOCKER_CONTEXT
    ? `the Docker context ${context}, which DOCKER_CONTEXT names`
    : `the current Docker context, ${context}`;
}

/** A message without what stands before the host in an address: nobody should, but somebody has written a password there. */
export function withoutCredentials(message: string): string {
  return message.replace(/\/\/[^/\s']*@/g, '//…@');
}
