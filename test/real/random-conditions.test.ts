import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraryPath } from '#docktape/falco/library-path.js';
import { LoadedPlugin } from '#docktape/falco/plugin.js';
import { ConditionGenerator, OPERATORS } from './support/condition-generator.js';
import { eventsByRule, verdictsOfDocktape } from './support/docktape-verdicts.js';
import { sampleFields } from './support/field-samples.js';
import { Random } from './support/random.js';
import { joinShipped, type ShippedCapture } from './support/shipped-capture.js';
import { type Verdict, verdictsOfSysdig } from './support/sysdig-batch.js';

/** DOCKTAPE_SEED asks for other conditions than those of every run, or for the ones that failed elsewhere. */
const seed = Number(process.env.DOCKTAPE_SEED ?? 1);
const COUNT = 1200;

/**
 * Where Falco 0.44, whose language is docktape's, differs from sysdig 0.41.4: what changed between libs 0.23.2 and 0.25.4.
 * The generator leaves out what only the newer one has: the modifiers, join, concat, getopt, and values in transformers.
 */
const differences: { readonly reason: string; readonly concerns: (condition: string, verdicts: Pair) => boolean }[] = [
  {
    reason:
      'The older parser takes an operator without a blank behind it for none, but goes on behind its letters: ' +
      '`globin (x)` is `in (x)`. In the newer `lex_helper_operator_list` it goes back, and there is no operator.',
    concerns: (condition, { ours, theirs }) =>
      'refusal' in ours &&
      'events' in theirs &&
      /(glob|contains|startswith|endswith|regex)(in|intersects|pmatch|[<>])/.test(condition),
  },
];

interface Pair {
  readonly ours: Verdict;
  readonly theirs: Verdict;
}

const folder = mkdtempSync(join(tmpdir(), 'docktape-random-'));
const zone = process.env.TZ;
const plugin = LoadedPlugin.load(libraryPath());
let shipped: ShippedCapture;
let conditions: string[];
let ours: Verdict[];
let theirs: Verdict[];

beforeAll(async () => {
  process.env.TZ = 'UTC'; // for both: the chroot knows no other zone
  plugin.init();
  shipped = joinShipped(folder);
  const generator = new ConditionGenerator(new Random(seed), await sampleFields(plugin, shipped.capture));
  const distinct = new Set(generator.everyOperator());
  while (distinct.size < COUNT) distinct.add(generator.condition());
  conditions = [...distinct];
  ours = await verdictsOfDocktape(plugin, shipped.capture, conditions);
  theirs = await verdictsOfSysdig(shipped.scap, conditions, [folder]);
});
afterAll(async () => {
  process.env.TZ = zone;
  await plugin.destroy();
  rmSync(folder, { recursive: true, force: true });
});

test('sysdig and docktape refuse the same random conditions, and select the same events by the others', () => {
  console.log(`random conditions: seed ${seed} (set DOCKTAPE_SEED to reproduce)`);
  const different = conditions.flatMap((condition, i) => {
    const pair = { ours: ours[i] as Verdict, theirs: theirs[i] as Verdict };
    if (show(pair.ours) === show(pair.theirs)) return [];
    if (differences.some(({ concerns }) => concerns(condition, pair))) return [];
    return [`${JSON.stringify(condition)}\n  docktape: ${say(pair.ours)}\n  sysdig: ${say(pair.theirs)}`];
  });
  expect(different.join('\n')).toBe('');
});

test('rules with these conditions, all loaded at once, match the same events', async () => {
  const accepted = conditions.filter((_, i) => 'events' in (ours[i] as Verdict));
  const byRule = await eventsByRule(plugin, shipped.capture, accepted);
  expect(byRule).toEqual(ours.flatMap((verdict) => ('events' in verdict ? [verdict.events] : [])));
});

test('there are many conditions, every operator is among them, and a good share tells events apart', () => {
  const accepted = ours.filter((verdict) => 'events' in verdict);
  const telling = accepted.filter(({ events }) => events.length > 0 && events.length < shipped.events);
  console.log(
    `random conditions: ${conditions.length} over ${shipped.events} events, ${conditions.length - accepted.length} refused, ` +
      `${telling.length} select some and not all`,
  );
  expect(conditions.length).toBeGreaterThanOrEqual(1000);
  // Lists take few operators, and a good part of the captures are of one kind: more than a third of the conditions are refused or tell nothing.
  expect(telling.length).toBeGreaterThanOrEqual(conditions.length * 0.25);
  for (const operator of OPERATORS) expect(conditions.some((condition) => condition.includes(operator))).toBe(true);
});

/** A verdict as it is compared: the reasons for a refusal are each engine's own. */
function show(verdict: Verdict): string {
  return 'events' in verdict ? verdict.events.join(' ') : 'refused';
}

function say(verdict: Verdict): string {
  return 'events' in verdict ? `selects ${show(verdict) || 'nothing'}` : verdict.refusal;
}
