import { read, readYaml } from './project.js';

/** Whether a proxy lets a request through. */
export type Allows = (method: string, path: string) => boolean;

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, number | string>>;
}

/** The proxy's service of a compose file of ours. */
export function proxyService(file: string): Service {
  const { services } = readYaml(`packaging/socket-proxy/${file}`) as { services: Record<string, Service> };
  const service = services['docker-events'];
  if (!service) throw new Error(`${file} has no service docker-events`);
  return service;
}

/** The expressions of `-allowGET` in compose.wollomatic.yaml, as they stand there. */
export function wollomaticExpressions(): string[] {
  const flag = '-allowGET=';
  const { command = [] } = proxyService('compose.wollomatic.yaml');
  return command.filter((argument) => argument.startsWith(flag)).map((argument) => argument.slice(flag.length));
}

/**
 * What wollomatic/socket-proxy does with expressions for GET: it judges the path without the query, with ^ and $ around the
 * expression, and refuses every method that has none (1.13.1: internal/config/config.go, handlehttprequest.go).
 */
export function wollomatic(expressions: readonly string[]): Allows {
  const allowed = expressions.map((expression) => new RegExp(`^${expression}$`));
  return (method, path) => method === 'GET' && allowed.some((expression) => expression.test(withoutQuery(path)));
}

/** haproxy.cfg: `http-request deny unless { method GET } { path -m reg … }`. HAProxy's `path` has no query. */
export function haproxy(): Allows {
  const line = /^ *http-request deny unless \{ method (\w+) \} \{ path -m reg (\S+) \}$/m.exec(
    read('packaging/socket-proxy/haproxy.cfg'),
  );
  return oneExpression('haproxy.cfg', line);
}

/** nginx.conf: one location with an expression, which refuses other methods. nginx matches the path without the query. */
export function nginx(): Allows {
  const text = read('packaging/socket-proxy/nginx.conf');
  const expression = /^ *location ~ (\S+) \{$/m.exec(text)?.[1];
  const method = /^ *if \(\$request_method != (\w+)\) \{\n *return 403;/m.exec(text)?.[1];
  return oneExpression('nginx.conf', expression && method ? ['', method, expression] : null);
}

function oneExpression(file: string, found: readonly string[] | null): Allows {
  const [, method, expression] = found ?? [];
  if (!method || !expression) throw new Error(`${file} has no rule of the known form`);
  const allowed = new RegExp(expression);
  return (asked, path) => asked === method && allowed.test(withoutQuery(path));
}

/**
 * What tecnativa/docker-socket-proxy does with its variables: GET and HEAD of paths that begin with the name of a section
 * that is on (0.4.1: haproxy.cfg); its image sets EVENTS, PING and VERSION by itself.
 */
export function tecnativa(): Allows {
  const { environment = {} } = proxyService('compose.tecnativa.yaml');
  const settings: Record<string, number | string> = { EVENTS: 1, PING: 1, VERSION: 1, ...environment };
  const on = Object.keys(settings).filter((name) => Number(settings[name]) === 1);
  const allowed = on.map((name) => new RegExp(`^(/v[\\d.]+)?/${name === 'PING' ? '_ping' : name.toLowerCase()}`, 'i'));
  return (method, path) => ['GET', 'HEAD'].includes(method) && allowed.some((expression) => expression.test(path));
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/s, '');
}
