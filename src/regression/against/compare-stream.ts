import type { LoadedPlugin } from '../../falco/plugin.js';
import type { FalcoSettings } from '../../falco/settings.js';
import { Engine } from '../../rules/engine.js';
import type { EventBatch } from '../../rules/event-batch.js';
import type { RulesFile } from '../../rules/load/load-files.js';
import type { Alert } from '../../rules/output/alert.js';
import { eventLine } from '../../rules/output/event-line.js';
import type { AlertChange } from '../comparison.js';
import { openStream } from '../run/event-streams.js';
import type { EventStream } from '../suite.js';
import { type AlertPair, alertDifferences } from './alert-differences.js';
import { alertSide } from './alert-side.js';
import type { CompareOptions } from './compare-rules.js';
import type { RuleTallies } from './rule-tallies.js';
import { SharedBatch } from './shared-batch.js';

/** What alerts name as the host, so that it is the same on every machine. */
const HOSTNAME = 'docktape';

export interface StreamComparison extends Pick<CompareOptions, 'before' | 'after' | 'settings' | 'signal'> {
  readonly plugin: LoadedPlugin;
  readonly tallies: RuleTallies;
  /** Hears of each batch how many events it had. */
  readonly onEvents: (count: number) => void;
}

/** Reads a stream once and has two engines evaluate it, batch by batch. */
export async function compareStream(stream: EventStream, comparison: StreamComparison): Promise<void> {
  const { before, after, settings, plugin, tallies, signal, onEvents } = comparison;
  const [former, present] = [engine(before.files, settings, plugin), engine(after, settings, plugin)];
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

function engine(files: readonly RulesFile[], settings: FalcoSettings, plugin: LoadedPlugin): Engine {
  const { engine, errors } = Engine.load(files, plugin, { ...settings, hostname: HOSTNAME });
  if (!engine) throw new Error(`the rules loaded before, and now: ${errors[0]?.message}`);
  return engine;
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
