import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { readSettings } from '#docktape/falco/settings.js';
import { Engine } from '#docktape/rules/engine.js';
import { alertJson } from '#docktape/rules/output/alert-json.js';
import { alertText } from '#docktape/rules/output/alert-text.js';

/**
 * What Falco 0.44.1 did with rules over a stream of events: the codes that it gave when it loaded them, whether it ran, and
 * every byte of its alerts. Here the events go through the plugin library that ships. (The alerts of `out-text-iso` were
 * recorded again: in that format Falco's log lines begin as alerts do, and the first record had lost both.)
 */
const folder = new URL('conformance/', import.meta.url);

interface Expected {
  readonly config: Readonly<Record<string, unknown>>;
  /** Null where Falco printed none, which it does only with json_output. */
  readonly load: {
    readonly errors: readonly { code: string }[];
    readonly warnings: readonly { code: string }[];
  } | null;
  readonly exit: number;
}

const names = readdirSync(new URL('cases/', folder));

function read(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}

describe('Falco 0.44.1', () => {
  const plugin = LoadedPlugin.load(libraryPath());
  const zone = process.env.TZ;
  let ran = 0;

  beforeAll(() => {
    process.env.TZ = 'UTC';
    plugin.init();
  });
  afterAll(async () => {
    process.env.TZ = zone;
    await plugin.destroy();
    console.log(`conformance: ${ran} of ${names.length} cases ran`);
  });

  function events() {
    const payloads = read('events.jsonl').trimEnd().split('\n');
    return plugin.wrap(
      payloads.map((line) => ({ ts: BigInt(/"timeNano":(\d+)/.exec(line)?.[1] ?? ''), payload: Buffer.from(line) })),
    );
  }

  it('is recorded in 147 cases', () => {
    expect(names).toHaveLength(147);
  });

  it.each(names)('%s', (name) => {
    ran++;
    const expected: Expected = JSON.parse(read(`cases/${name}/expected.json`));
    const options = Object.entries(expected.config).map(([key, value]) => `${key}=${value}`);
    const { settings } = readSettings({ options });
    const file = { name: 'rules.yaml', text: read(`cases/${name}/rules.yaml`) };
    const { engine, errors, warnings } = Engine.load([file], plugin, { ...settings, hostname: 'host' });

    if (expected.load) {
      const codes = (diagnostics: readonly { code: string }[]) => diagnostics.map(({ code }) => code);
      expect({ errors: codes(errors), warnings: codes(warnings) }).toEqual({
        errors: codes(expected.load.errors),
        warnings: codes(expected.load.warnings),
      });
    }
    expect(engine !== undefined).toBe(expected.exit === 0);
    const lines = engine
      ? engine
          .evaluate(events())
          .map((alert) => (settings.jsonOutput ? alertJson(alert, settings.jsonMembers) : alertText(alert)))
      : [];
    const recorded = read(`cases/${name}/alerts.${settings.jsonOutput ? 'jsonl' : 'txt'}`);
    expect(lines.map((line) => `${line}\n`).join('')).toBe(recorded);
  });
});
