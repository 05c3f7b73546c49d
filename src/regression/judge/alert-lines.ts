import type { Sighting, StreamAlerts } from './judgement.js';

/** How many alerts of a kind a failure shows. */
export const ALERTS_SHOWN = 5;

/** The first alerts, a line each, and how many more there are. */
export function alertLines(sightings: readonly Sighting[], streams: readonly StreamAlerts[]): string[] {
  const lines = sightings.slice(0, ALERTS_SHOWN).map((sighting) => alertLine(sighting, streams));
  return sightings.length > ALERTS_SHOWN ? [...lines, `… and ${sightings.length - ALERTS_SHOWN} more`] : lines;
}

/** `event 7: TEXT`, with the stream's name before it where a case has several. */
export function alertLine({ stream, alert }: Sighting, streams: readonly StreamAlerts[]): string {
  const where = streams.length > 1 ? `${streams[stream]?.name} ` : '';
  return `${where}event ${alert.event}: ${alert.output}`;
}

/** "once", "3 times". */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
