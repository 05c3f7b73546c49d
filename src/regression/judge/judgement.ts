import type { AlertRecord } from '../alert-record.js';
import type { Failure } from '../report.js';

/** What the rules said of a stream of a case. */
export interface StreamAlerts {
  /** What reports call the stream. */
  readonly name: string;
  readonly events: number;
  readonly alerts: readonly AlertRecord[];
}

/** An alert, and which stream of the case it came from. */
export interface Sighting {
  readonly stream: number;
  readonly alert: AlertRecord;
}

/** A failure, and the event whose look would explain it. */
export interface Judgement {
  readonly failure: Failure;
  readonly question?: EventQuestion;
}

/** An event of the streams of a case, as seen by a rule. */
export interface EventQuestion {
  readonly rule: string;
  /** The event's number; without it the event that came nearest to the rule's condition is meant. */
  readonly event?: number;
  /** The stream that has it; without it, whichever has. */
  readonly stream?: number;
}

/** The alerts of a case by rule, stream by stream; the rules in the order in which they first fired. */
export function byRule(streams: readonly StreamAlerts[]): Map<string, Sighting[]> {
  const sightings = new Map<string, Sighting[]>();
  streams.forEach(({ alerts }, stream) => {
    for (const alert of alerts) {
      const ofRule = sightings.get(alert.rule) ?? [];
      sightings.set(alert.rule, ofRule);
      ofRule.push({ stream, alert });
    }
  });
  return sightings;
}

/** The question why a rule raised this alert. */
export function questionAbout({ stream, alert }: Sighting): EventQuestion {
  return { rule: alert.rule, event: alert.event, stream };
}
