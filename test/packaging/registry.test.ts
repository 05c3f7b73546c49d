import { expect, test } from 'vitest';
import { identity, readYaml } from './support/project.js';

interface RegistryEntry {
  readonly name: string;
  readonly description: string;
  readonly license: string;
  readonly keywords: readonly string[];
  readonly capabilities: {
    readonly sourcing: { readonly supported: boolean; readonly id: number; readonly source: string };
    readonly extraction: { readonly supported: boolean; readonly sources?: readonly string[] };
  };
}

const entries = readYaml('packaging/registry/docker.yaml') as readonly RegistryEntry[];
const entry = entries[0] as RegistryEntry;

/** The keys that the registry's own types have (build/registry/pkg/registry/types.go). */
const keys = [
  ...[
    'name',
    'description',
    'authors',
    'contact',
    'maintainers',
    'keywords',
    'url',
    'rules_url',
    'license',
    'reserved',
  ],
  ...['capabilities', 'signature'],
];
/** What the publisher adds: packaging/registry/README.md. */
const publishers = ['url', 'rules_url', 'contact', 'maintainers', 'signature'];

test('there is one entry, with keys that the registry knows and none that only the publisher knows', () => {
  expect(entries).toHaveLength(1);
  expect(Object.keys(entry).filter((key) => !keys.includes(key) || publishers.includes(key))).toEqual([]);
  expect(Object.keys(entry.capabilities)).toEqual(['sourcing', 'extraction']);
});

test('it is who the library says it is', () => {
  expect(entry.name).toBe(identity('kName'));
  expect(entry.capabilities.sourcing).toEqual({
    supported: true,
    id: Number(identity('kPluginId')),
    source: identity('kEventSource'),
  });
  // Without sources the registry takes the plugin's own.
  expect(entry.capabilities.extraction).toEqual({ supported: true });
});

test("it passes the registry's checks", () => {
  // build/registry/pkg/registry/validate.go; the reserved sources are in registry.yaml.
  expect(entry.name).toMatch(/^[a-z]+[a-z0-9-_]*$/);
  const { id, source } = entry.capabilities.sourcing;
  expect(source).toMatch(/^[a-z]+[a-z0-9_]*$/);
  expect(['syscall', 'internal', 'plugins']).not.toContain(source);
  expect(id).toBeGreaterThan(0);
  expect(id).toBeLessThanOrEqual(2 ** 30 - 1);
});

test('its license is that of the project', () => {
  expect(entry.license).toBe((readYaml('package.json') as { license: string }).license);
});
