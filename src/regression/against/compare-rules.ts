import { performance } from 'node:perf_hooks';
import { withDockerPlugin } from '../../falco/docker-plugin.js';
import type { LoadedPlugin } from '../../falco/plugin.js';
import type { FalcoSettings } from '../../falco/settings.js';
import { findingOf } from '../../rules/finding.js';
import { loadRulesFiles, type RulesFile } from '../../rules/load/load-files.js';
import type { ComparisonReport } from '../comparison.js';
import { streamName } from '../run/event-streams.js';
import type { EventStream } from '../suite.js';
import { compareStream } from './compare-stream.js';
import { type LoadedSides, RuleTallies } from './rule-tallies.js';
import type { FormerRules } from './rules-at-reference.js';

/** What is compared, and over which events. */
export interface CompareOptions {
  readonly before: FormerRules;
  readonly after: readonly RulesFile[];
  readonly settings: FalcoSettings;
  /** Each once. */
  readonly streams: readonly EventStream[];
  /** Ends the comparison before it is done. */
  readonly signal: AbortSignal;
  /** Hears now and again how many events were compared. */
  readonly onProgress?: (events: number) => void;
}

/**
 * Evaluates rules as they were and as they are over the same events, each stream in one pass. What is kept does not grow with
 * the streams. Rules that do not load are told as findings, and nothing is compared.
 *
 * @throws DocktapeError when a stream cannot be read
 * @throws the signal's reason once it is aborted: what was compared up to there would look like the whole
 */
export async function compareRules(options: CompareOptions): Promise<ComparisonReport> {
  const started = performance.now();
  const { before, streams, signal, onProgress } = options;
  return withDockerPlugin({}, async (plugin) => {
    const { findings, loaded } = loadSides(options, plugin);
    const tallies = new RuleTallies(loaded);
    let events = 0;
    for (const stream of loaded ? streams : []) {
      await compareStream(stream, {
        ...options,
        plugin,
        tallies,
        onEvents: (count) => {
          events += count;
          onProgress?.(events);
        },
      });
      signal.throwIfAborted();
    }
    return {
      kind: 'comparison',
      before: before.label,
      notes: before.notes,
      streams: streams.map(streamName),
      events,
      rules: tallies.results(),
      findings,
      seconds: (performance.now() - started) / 1000,
    };
  });
}

type Sides = Pick<CompareOptions, 'before' | 'after' | 'settings'>;

/** Loads both sides for their errors and for the rules that they have. */
function loadSides(
  { before, after, settings }: Sides,
  plugin: LoadedPlugin,
): Pick<ComparisonReport, 'findings'> & { readonly loaded: LoadedSides | undefined } {
  const [former, present] = [before.files, after].map((files) =>
    loadRulesFiles(files, plugin, { appended: settings.appendOutput, details: new Map() }),
  );
  const errors = [...(former?.errors ?? []), ...(present?.errors ?? [])];
  const loaded = former?.compiled && present?.compiled && { before: former.compiled, after: present.compiled };
  return { findings: errors.map((error) => findingOf(error, 'error')), loaded };
}
