import { configFolder } from '../../docker/context.js';
import type { Endpoint } from '../../docker/endpoint.js';
import type { PluginUse } from '../falco-config/check-config.js';
import { Permission } from '../host/permission.js';

/** A file that the plugin needs in Falco's service. */
export interface Need {
  readonly what: string;
  readonly path: string;
  /** Bits of its mode that its user must have. */
  readonly permission: number;
  /** Whether nobody else says it when it is not there: other files are looked for with the configuration that names them. */
  readonly isSought?: boolean;
}

/** The files that a use of the plugin needs; the endpoint is that of a live one. */
export function needsOf(
  { library, params }: PluginUse,
  endpoint: Endpoint | undefined,
  env: Readonly<Record<string, string>>,
): Need[] {
  const needs: Need[] = [{ what: 'the library', path: library, permission: Permission.read }];
  if (params.mode === 'replay') {
    return [...needs, { what: 'the capture', path: params.path, permission: Permission.read }];
  }
  if (endpoint && 'socketPath' in endpoint) {
    const { socketPath: path } = endpoint;
    needs.push({ what: "the daemon's socket", path, permission: Permission.write, isSought: true });
  } else if (endpoint?.tls && !params.address.startsWith('context:')) {
    const path = env.DOCKER_CERT_PATH || configFolder(env);
    needs.push({ what: 'the folder of certificates', path, permission: Permission.enter });
  }
  return needs;
}
