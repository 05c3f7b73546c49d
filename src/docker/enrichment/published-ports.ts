import { memberOf } from '../loose-json.js';
import { objectsOf, textOf } from './answer-values.js';

/**
 * The ports that a container publishes, as `0.0.0.0:80->8080/tcp`. Once it runs they stand in its network settings; before, it is
 * known what was asked for, where an empty port means any.
 *
 * @param answer to `/containers/ID/json`
 */
export function publishedPorts(answer: unknown): string[] {
  const published = portsIn(memberOf(memberOf(answer, 'NetworkSettings'), 'Ports'));
  return published.length > 0 ? published : portsIn(memberOf(memberOf(answer, 'HostConfig'), 'PortBindings'));
}

/** A map from a container's ports to where they are published; those that are only exposed have no list. */
function portsIn(map: unknown): string[] {
  return Object.entries(Object(map)).flatMap(([port, bindings]) =>
    objectsOf(bindings).map((binding) => {
      const ip = textOf(memberOf(binding, 'HostIp')) ?? '0.0.0.0';
      const hostPort = textOf(memberOf(binding, 'HostPort')) ?? '0';
      return `${ip.includes(':') ? `[${ip}]` : ip}:${hostPort}->${port}`;
    }),
  );
}
