import type { Value } from './extraction.js';

/** The ID of the object of {@link event}. */
export const id = 'ab'.repeat(32);

/** An event as Engine 29 sends it; `members` come first. */
export function event(type: string, action: string, attributes: object, members: object = {}): string {
  return JSON.stringify({ ...members, Type: type, Action: action, Actor: { ID: id, Attributes: attributes } });
}

/** What every container's event with this action, image nginx and name web has. */
export function container(action: string, others: Record<string, Value> = {}): Record<string, Value> {
  return {
    'docker.status': action,
    'docker.id': id,
    'docker.from': 'nginx',
    'docker.type': 'container',
    'docker.action': action,
    'docker.action.verb': action,
    'docker.actor.id': id,
    'docker.attributes.image': 'nginx',
    'docker.attributes.name': 'web',
    'docker.container.id': id,
    'docker.container.name': 'web',
    'docker.container.image': 'nginx',
    'docker.image.registry': 'docker.io',
    'docker.image.repository': 'library/nginx',
    'docker.image.tag': 'latest',
    'docker.enriched': false,
    ...others,
  };
}

/** The attributes of the container of {@link container}. */
export const nginx = { image: 'nginx', name: 'web' };
