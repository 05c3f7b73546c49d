import type { FalcoSettings } from '../falco/settings.js';
import type { Alert } from '../rules/output/alert.js';
import { alertJson } from '../rules/output/alert-json.js';
import { alertText } from '../rules/output/alert-text.js';
import type { AlertSummary } from './alert-summary.js';
import type { Figures } from './metrics.js';
import type { LineOutput } from './output.js';

/** A stream of events to evaluate rules over. */
export interface EventStream {
  /** The plugin's open params. */
  readonly params: string;
  /** How many events there are; undefined for a live stream, which has no end. */
  readonly events?: number;
  /** The event number of the event at a position in the stream, which counts from 1; without it events have none. */
  readonly eventNumber?: (evtNum: number) => number;
}

/** An engine with its rules, whichever it is. One stream at a time. */
export interface Evaluator {
  /** The engine's name where a summary should give it. */
  readonly name?: string;
  /** Begins when the alerts are asked for. */
  evaluate(stream: EventStream): Evaluation;
  /** What is counted of the streams so far, as far as the engine says. */
  metrics(): Figures;
}

/** The evaluation of one stream. */
export interface Evaluation {
  /** The alerts as they come, in stream order and then in the order of the rules; to the stream's end, or to Ctrl-C. */
  readonly alerts: AsyncIterable<readonly Alert[]>;
  /** How many events were read so far; undefined where the engine does not say. */
  readonly events: () => number | undefined;
}

/** How alerts are printed, and where they are counted. */
export interface AlertOutput {
  readonly settings: FalcoSettings;
  readonly output: LineOutput;
  readonly summary: AlertSummary;
}

/** Prints the alerts of a stream, batch by batch. */
export async function printAlerts(
  { alerts, events }: Evaluation,
  { settings, output, summary }: AlertOutput,
): Promise<void> {
  for await (const batch of alerts) {
    summary.addAlerts(batch);
    for (const alert of batch) {
      output.line(settings.jsonOutput ? alertJson(alert, settings.jsonMembers) : alertText(alert));
    }
    await output.flush();
  }
  summary.addEvents(events());
}
