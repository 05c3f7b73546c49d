import { afterAll } from 'vitest';
import { type EventContext, splitContext, withContext } from '#docktape/docker/enrichment/event-context.js';
import { batches } from '#docktape/falco/batches.js';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { DEFAULT_SETTINGS, type FalcoSettings } from '#docktape/falco/settings.js';
import { checkRules } from '#docktape/lint/check-rules.js';
import type { EventBatch } from '#docktape/rules/event-batch.js';
import type { EventOrigin } from '#docktape/rules/event-origin.js';
import type { Finding } from '#docktape/rules/finding.js';
import type { RuleObservation } from '#docktape/rules/observe/observation.js';
import { captureParams } from '#docktape/source/open-params.js';
import { projectPath } from '../../support/docktape.js';

/** The plugin for as long as a test file runs. */
export function dockerPlugin(): LoadedPlugin {
  const plugin = LoadedPlugin.load(libraryPath());
  plugin.init();
  afterAll(() => plugin.destroy());
  return plugin;
}

/** A rule as a test writes it: of source docker, and INFO unless `more` says otherwise. */
export function rule(name: string, condition: string, more: Readonly<Record<string, unknown>> = {}): string {
  const keys = { desc: 'd', condition, output: 'x', priority: 'INFO', source: 'docker', ...more };
  const lines = Object.entries(keys).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}\n`);
  return `- rule: ${name}\n${lines.join('')}`;
}

export interface LintCase {
  readonly settings?: Partial<FalcoSettings>;
  readonly observations?: readonly RuleObservation[];
}

/** All findings on rules in a file `r.yaml`. */
export function findingsOn(text: string, origin: EventOrigin, { settings, observations }: LintCase = {}): Finding[] {
  return checkRules([{ name: 'r.yaml', text }], origin, { ...DEFAULT_SETTINGS, ...settings }, observations);
}

/** What is said of a single rule with this condition: `CODE: message`. */
export function lintOf(
  condition: string,
  origin: EventOrigin,
  more: Readonly<Record<string, unknown>> = {},
  lintCase: LintCase = {},
): string[] {
  return findingsOn(rule('R', condition, more), origin, lintCase).map(({ code, message }) => `${code}: ${message}`);
}

/** Where a finding's caret stands: the rest of the line from there. */
export function caretText({ text }: Finding): string {
  const [, line = '', caret = ''] = text.split('\n');
  return line.slice(caret.indexOf('^'));
}

export const SHIPPED_CAPTURES = ['exec', 'run-and-exit', 'image-network-volume'].map((name) =>
  projectPath(`captures/${name}.db`),
);

/** What containers might be. */
const CONTEXTS: readonly EventContext[] = [
  { privileged: true, user: 'root', network_mode: 'host', cap_add: ['ALL', 'SYS_ADMIN'], command: ['sh', '-c', 'id'] },
  { privileged: false, user: '1000', network_mode: 'none', mounts: [{ type: 'bind', source: '/etc', rw: true }] },
  {
    privileged: false,
    mounts: [
      { type: 'bind', source: '/etc', rw: false },
      { type: 'volume', source: '/v', rw: true },
    ],
  },
].map((container, i) => {
  const exec = { user: 'root', privileged: i === 0, args: ['sh', '-c', 'id'] };
  const context = { host: { name: 'h' }, container, exec, ...(i === 2 ? { lacks: ['container'] } : {}) };
  return { json: Buffer.from(JSON.stringify(context)) };
});

/** All events of the shipped captures, as one batch. */
export async function shippedEvents(plugin: LoadedPlugin): Promise<EventBatch> {
  return plugin.wrap(await readShipped(plugin));
}

/** The same with something known of most containers. */
export async function enrichedEvents(plugin: LoadedPlugin): Promise<EventBatch> {
  const events = await readShipped(plugin);
  return plugin.wrap(
    events.map(({ ts, payload }, i) => {
      const context = CONTEXTS[i % (CONTEXTS.length + 1)];
      return { ts, payload: context ? withContext(splitContext(payload).payload, context) : payload };
    }),
  );
}

async function readShipped(plugin: LoadedPlugin): Promise<{ ts: bigint; payload: Buffer }[]> {
  const events: { ts: bigint; payload: Buffer }[] = [];
  for (const path of SHIPPED_CAPTURES) {
    for await (const batch of batches(plugin, captureParams(path, {}))) {
      for (let i = 0; i < batch.count; i++) events.push({ ts: batch.times[i] as bigint, payload: batch.payload(i) });
    }
  }
  return events;
}
