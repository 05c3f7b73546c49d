import { captureError } from '../capture-error.js';
import { NewCapture } from '../new-capture.js';
import { Pace } from '../pace.js';
import { gapOf, type Loss, lossesOf } from './losses.js';
import { PageSource } from './page-source.js';
import { type Salvaged, salvage } from './salvage.js';
import { addSessions, type SessionRepair } from './sessions.js';
import { survey } from './survey.js';

export interface RepairOptions {
  /** Ends the work; nothing is left of the new capture then. */
  readonly signal?: AbortSignal;
  /** Told now and then how many events were recovered so far. */
  readonly onProgress?: (events: number) => void;
}

/** What was recovered, and what was not. */
export interface RepairReport extends SessionRepair {
  readonly events: number;
  /** Events among them of which the context is lost: what they are about. */
  readonly lostContexts: number;
  readonly sessions: number;
  /** The damaged capture's own gaps. */
  readonly gaps: number;
  /** Each is a gap in the new capture as well. */
  readonly losses: readonly Loss[];
  /** Rows that could not be read, in pages that could. */
  readonly damagedRows: number;
  /** Pages that were to hold rows and do not any more. */
  readonly lostPages: number;
  readonly duplicates: number;
  /** The write-ahead log beside the damaged capture. */
  readonly log: PageSource['log'];
}

/**
 * Recovers what can be read of a damaged capture into a new one, with the numbers that the events had. The damaged file is
 * read page by page, without SQLite, and is not written to. Bytes that changed within a payload cannot be told: SQLite
 * keeps no checksums.
 *
 * @throws DocktapeError `CAPTURE` when there is nothing of a capture in it, or the new one cannot be made
 */
export async function repairCapture(damaged: string, path: string, options: RepairOptions = {}): Promise<RepairReport> {
  const pace = new Pace(options.signal);
  const source = new PageSource(damaged);
  try {
    return await NewCapture.make(path, async (capture) => {
      const found = await survey(source, pace);
      const salvaged = await salvage(source, found, capture, pace, options.onProgress ?? (() => {}));
      if (salvaged.events + salvaged.sessions.size === 0) {
        throw captureError(damaged, 'has nothing in it that docktape has written: there is nothing to recover');
      }
      const sessions = addSessions(capture, salvaged);
      const losses = await lossesOf(capture.database, source, found, pace);
      const gaps = losses.map((loss) => gapOf(capture.database, loss));
      for (const gap of [...salvaged.gaps.values(), ...gaps]) {
        capture.gap({ ...gap, afterSeq: capture.lastUpTo(gap.afterSeq) });
      }
      return reportOf(salvaged, sessions, losses, found.lostPages, source);
    });
  } finally {
    source.close();
  }
}

function reportOf(
  salvaged: Salvaged,
  sessions: SessionRepair,
  losses: readonly Loss[],
  lostPages: number,
  { missingPages, log }: PageSource,
): RepairReport {
  return {
    events: salvaged.events,
    lostContexts: salvaged.lostContexts,
    sessions: salvaged.sessions.size + sessions.invented.length,
    ...sessions,
    gaps: salvaged.gaps.size,
    losses,
    damagedRows: salvaged.damagedRows,
    lostPages: Math.max(lostPages, missingPages),
    duplicates: salvaged.duplicates,
    log,
  };
}
