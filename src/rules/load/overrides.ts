import { fail } from '../diagnostic.js';
import type { YamlNode } from './yaml-node.js';

/** What `override` says of an item's keys: which are added to the earlier definition, and which replace parts of it. */
export interface Overrides {
  readonly append: ReadonlySet<string>;
  readonly replace: ReadonlySet<string>;
}

/** @throws LoadFailure for a key that cannot be overridden that way, or whose new value is not given */
export function readOverrides(
  item: YamlNode,
  appendable: readonly string[],
  replaceable: readonly string[],
): Overrides {
  const overrides = { append: new Set<string>(), replace: new Set<string>() };
  for (const { key, value } of item.get('override')?.entries ?? []) {
    const name = key.text;
    const allowed = [
      ...(appendable.includes(name) ? ['append'] : []),
      ...(replaceable.includes(name) ? ['replace'] : []),
    ];
    if (allowed.length === 0) {
      fail('LOAD_ERR_YAML_VALIDATE', `'${name}' cannot be overridden; known: ${replaceable.join(', ')}`, key.place);
    }
    const way = value.text;
    if (!allowed.includes(way)) {
      const message = `'${way}' is not a way to override '${name}': use ${allowed.join(' or ')}`;
      fail('LOAD_ERR_YAML_VALIDATE', message, value.place);
    }
    if (!item.get(name)) {
      fail('LOAD_ERR_YAML_VALIDATE', `'${name}' is overridden here, but the item does not give it`, key.place);
    }
    if (overrides.append.has(name) || overrides.replace.has(name)) {
      fail('LOAD_ERR_YAML_VALIDATE', `'${name}' is overridden twice`, key.place);
    }
    overrides[way as keyof Overrides].add(name);
  }
  return overrides;
}

/** Whether the item is an old-style `append: true`; that and `override` together are an error. */
export function readAppendFlag(item: YamlNode, { append, replace }: Overrides): boolean {
  const flag = item.flag('append') ?? false;
  if (flag && append.size + replace.size > 0) {
    fail('LOAD_ERR_YAML_VALIDATE', `'append: true' and 'override' exclude each other: keep 'override'`, item.place);
  }
  return flag;
}
