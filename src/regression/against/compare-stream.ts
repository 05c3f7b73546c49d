import type { LoadedPlugin } from '../../falco/plugin.js';
import type { EventBatch } from '../../rules/event-batch.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import type { Alert } from '../../rules/output/alert.js';
import { eventLine } from '../../rules/output/event-line.js';
import type { AlertChange } from '../comparison.js';
import { openStream } from '../run/event-streams.js';
import { loadEngine } from '../run/load-engine.js';
import type { EventStream } from '../suite.js';
import { type AlertPair, alertDifferences } from './alert-differences.js';
import { alertSide } from './alert-side.js';
import type { CompareOptions } from './compare-rules.js';
import type { RuleTallies } from './rule-tallies.js';
import { SharedBatch } from './shared-batch.js';

export interface StreamComparison extends Pick<CompareOptions, 'before' | 'after' | 'settings' | 'signal'> {
  readonly plugin: LoadedPlugin;
  readonly tallies: RuleTallies;
  /** Hears of each batch how many events it had. */
  readonly onEvents: (count: number) => void;
}

/** Reads a stream once and has two engines evaluate it, batch by batch. */
export async function compareStream(stream: EventStream, comparison: StreamComparison): Promise<void> {
  const { before, after, settings, plugin, tallies, signal, onEvents } = comparison;
  const engineOf = (files: readonly RulesFile[]) => loadEngine({ files, settings }, plugin, {});
  const [former, present] = [engineOf(before.files), engineOf(after)];
  const conditionFields = [...former.requests, ...present.requests];
  const opened = openStream(stream, plugin, signal);
  try {
    for await (const batch of opened.batches) {
      const shared = new SharedBatch(batch, conditionFields);
      const describe = (pair: AlertPair, alert: Alert) => changeOf(pair, alert, { batch, ...opened });
      for (const pair of alertDifferences(former.evaluate(shared), present.evaluate(shared))) {
        const alert = (pair.after ?? pair.before) as Alert;
        tallies.of(alert.rule).add(pair.kind, () => describe(pair, alert));
      }
      onEvents(batch.count);
    }
  } finally {
    opened.close();
  }
}

interface Surroundings {
  readonly batch: EventBatch;
  readonly name: string;
  readonly eventNumber: (position: number) => number;
}

function changeOf({ before, after, others }: AlertPair, alert: Alert, around: Surroundings): AlertChange {
  const { batch, name, eventNumber } = around;
  const event = eventNumber(alert.number);
  const line = eventLine(event, alert.time, batch.payload(alert.number - batch.firstNumber));
  return {
    stream: name,
    event,
    line,
    ...(before ? { before: alertSide(before, after) } : {}),
    ...(after ? { after: alertSide(after, before) } : {}),
    others,
  };
}
