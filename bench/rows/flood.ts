import { type Bench, middle } from '../bench.js';
import { FloodDaemon, floodContainers } from '../flood-daemon.js';
import type { Row } from '../row.js';

const rounds = 5;

/** Events a second of a flood, plain and with contexts. */
interface Round {
  readonly plain: number;
  readonly enriched: number;
}

/** A host runs for days: what is measured begins when its code has been optimised. */
async function flood(bench: Bench, isEnriched: boolean): Promise<number> {
  const warming = Math.floor(bench.events / 2);
  const events = bench.events * 2;
  const daemon = await FloodDaemon.start(bench.folder, warming + events, isEnriched);
  const config = JSON.stringify({ enrich: isEnriched });
  const result = await bench
    .runNative('soak', [daemon.params, config, String(floodContainers + warming), String(events)])
    .finally(() => daemon.stop());
  if (result.dropped !== 0) throw new Error(`${result.dropped} of ${events} events were dropped`);
  return events / Number(result.seconds);
}

/** In turns, after one of each that does not count. */
async function floods(bench: Bench): Promise<Round[]> {
  const done: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const both = { plain: await flood(bench, false), enriched: await flood(bench, true) };
    if (round > 0) done.push(both);
  }
  return done;
}

export const floodPlain: Row = {
  name: 'flood',
  title: `live: events of ${floodContainers} containers as fast as a daemon writes them, into C`,
  unit: 'events/s',
  measure: async (bench) => middle((await bench.once(floods)).map(({ plain }) => plain)),
};

export const floodEnriched: Row = {
  name: 'flood-enriched',
  title: 'live: the same with what is known of each container, of that without',
  unit: 'times',
  target: { atLeast: 0.9 },
  note: 'in turns, after a flood to warm up; each container was asked about before',
  measure: async (bench) => middle((await bench.once(floods)).map(({ plain, enriched }) => enriched / plain)),
};
