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

/**
 * haproxy.cfg: `http-request allow if { method GET } { path -m reg … }` lines, and `http-request deny` after them. HAProxy's `path` has
 * no query, and is not decoded.
 */
export function haproxy(): Allows {
  const rules = [...read('packaging/socket-proxy/haproxy.cfg').matchAll(/^ *http-request (.*)$/gm)].map(
    ([, rule = '']) => rule,
  );
  if (rules.pop() !== 'deny') throw new Error('haproxy.cfg does not deny what no line allows');
  return anyOf(rules.map((rule) => /^allow if \{ method (\w+) \} \{ path -m reg (\S+) \}$/.exec(rule)));
}

/**
 * nginx.conf: a map of method and path to whether they are allowed, by expressions, and a location that refuses the rest. nginx's
 * `$uri` has no query; it is decoded and normalised, which is not repeated here. PCRE's `\z` is JavaScript's `$`.
 */
export function nginx(): Allows {
  const text = read('packaging/socket-proxy/nginx.conf');
  const map =
    /^ *map "\$request_method \$uri" \$is_allowed \{\n *default 0;\n((?:.*\n)*?)^ {4}\}\n/m.exec(text)?.[1] ?? '';
  const refusal = /location \/ \{\n *if \(\$is_allowed = 0\) \{\n *return 403;\n/.test(text);
  if (!refusal || (text.match(/location/g) ?? []).length !== 1) throw new Error('nginx.conf has other locations');
  const lines = map.split('\n').filter((line) => /^ *[^ #]/.test(line));
  return anyOf(
    lines
      .map((line) => /^ *"~\^(\w+) (\S+)\\z" 1;$/.exec(line))
      .map((found) => found && [found[0], found[1], `^${found[2]}$`]),
  );
}

/** @param found for each rule, as an expression found it: what it is in, its method, its expression for the path */
function anyOf(found: readonly (readonly (string | undefined)[] | null)[]): Allows {
  const rules = found.map((rule) => {
    const [, method, expression] = rule ?? [];
    if (!method || !expression) throw new Error('a rule of a proxy has no known form');
    return { method, allowed: new RegExp(expression) };
  });
  if (rules.length === 0) throw new Error('a proxy has no rules');
  return (asked, path) => rules.some(({ method, allowed }) => asked === method && allowed.test(withoutQuery(path)));
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
