import type { Falco } from '../falco.js';
import type { Row } from '../row.js';
import { bundleArchive, bundleOpen, bundleUnpacked } from './bundle.js';
import { captureRead, disk, record } from './capture.js';
import { engineRows } from './engine.js';
import { extractorFirst, extractorFurther } from './extractor.js';
import { falcoReplayRows } from './falco.js';
import { floodEnriched, floodPlain } from './flood.js';
import { hostMemory, liveOpen } from './host.js';
import { latencyMiddle, latencyWorst, questions } from './latency.js';
import { replayAbi, replayNode, replayOpen } from './replay.js';
import { soakDescriptors, soakLoader, soakMemory } from './soak.js';

/** All rows, in the order of the table; those of Falco where there is one. */
export function rowsWith(falco: Falco | undefined): readonly Row[] {
  return [
    replayAbi,
    replayOpen,
    hostMemory,
    liveOpen,
    floodPlain,
    floodEnriched,
    latencyMiddle,
    latencyWorst,
    questions,
    soakMemory,
    soakLoader,
    soakDescriptors,
    bundleOpen,
    bundleArchive,
    bundleUnpacked,
    extractorFirst,
    extractorFurther,
    record,
    disk,
    captureRead,
    replayNode,
    ...(falco ? falcoReplayRows(falco) : []),
    ...engineRows(1, falco),
    ...engineRows(20, falco, {
      engine: {
        target: { atLeast: 400_000 },
        note: 'for reference: real Falco 0.44.1 did 190 k events/s with 20 such rules, on another machine with two cores',
      },
      ratio: { target: { atLeast: 2 } },
    }),
    ...engineRows(200, falco),
  ];
}
