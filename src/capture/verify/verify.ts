import { realpathSync, statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CaptureDamage, explainCaptureError } from '../capture-error.js';
import { knowsContexts } from '../contexts.js';
import { openUnchecked } from '../open-file.js';
import { Pace } from '../pace.js';
import { readGaps, readSessions } from '../session-rows.js';
import { checkContexts } from './check-contexts.js';
import { checkEvents } from './check-events.js';
import { checkGaps, checkSessions } from './check-sessions.js';
import { type Finding, Findings } from './finding.js';
import { integrityOf } from './integrity.js';

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Told now and then which event of which last one was looked at; nothing while SQLite looks at the file's structure. */
  readonly onProgress?: (seq: number, last: number) => void;
}

/** Whether a capture is whole, and what it holds. */
export interface VerifyReport {
  readonly path: string;
  readonly whole: boolean;
  /** What can be counted; left out as far as the damage hides it. */
  readonly format?: number;
  readonly sessions?: number;
  readonly events?: number;
  readonly gaps?: number;
  /** Each is damage. */
  readonly problems: readonly Finding[];
  /** What is no damage, and good to know. */
  readonly notes: readonly Finding[];
}

/** Files that stand beside a capture that is not closed, and what their being there means. */
const SIDE_FILES: ReadonlyMap<string, string> = new Map([
  ['-wal', 'holds events that are not in the capture itself yet: its recorder is at work, or was killed'],
  ['-journal', 'is left of a program that was killed while it wrote'],
  ['-partial', 'is left of a docktape that was killed while it made a capture of this name'],
]);

/**
 * Looks at all of a capture: its structure, by SQLite's own check, and then whether it holds what docktape writes.
 *
 * @throws DocktapeError `CAPTURE` when it is no capture, or cannot be read
 */
export async function verifyCapture(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const [problems, notes] = [new Findings(), new Findings()];
  const counts = await countsOf(path, options, problems, notes);
  noteSideFiles(path, notes);
  return { path, whole: problems.list.length === 0, ...counts, problems: problems.list, notes: notes.list };
}

type Counts = Pick<VerifyReport, 'format' | 'sessions' | 'events' | 'gaps'>;

async function countsOf(path: string, options: VerifyOptions, problems: Findings, notes: Findings): Promise<Counts> {
  let database: Database | undefined;
  try {
    database = openUnchecked(path);
    for (const text of await integrityOf(path, options.signal)) problems.add('findings of SQLite', { text });
    return await look(database, path, options, problems, notes);
  } catch (thrown) {
    const error = explainCaptureError(path, thrown);
    if (!(error instanceof CaptureDamage)) throw error;
    // SQLite's check has said it already, and more of it.
    if (problems.list.length === 0) {
      problems.add('problems', { text: error.problem, ...(error.seq === undefined ? {} : { seq: error.seq }) });
    }
    return {};
  } finally {
    database?.close();
  }
}

async function look(
  database: Database,
  path: string,
  { signal, onProgress }: VerifyOptions,
  problems: Findings,
  notes: Findings,
): Promise<Counts> {
  const pace = new Pace(signal);
  const sessions = readSessions(database, path);
  const gaps = readGaps(database, path);
  const last = database.prepare<[], number | null>('SELECT max(seq) FROM events').pluck().get() ?? 0;
  const steps = checkEvents(database, sessions, problems);
  let step = steps.next();
  for (; !step.done; step = steps.next()) {
    onProgress?.(Math.min(step.value, last), last);
    await pace.step();
  }
  const { events, stretches, holes, notJson } = step.value;
  if (knowsContexts(database)) await checkContexts(database, problems, pace);
  checkSessions(sessions, stretches, problems, notes);
  checkGaps(gaps, sessions, last, problems);
  if (notJson > 0) notes.add('', { text: `${notJson} of the events are not JSON` });
  if (holes > 0) notes.add('', { text: `event numbers are left out at ${holes} places, as slices and repairs do it` });
  const format = Number(database.pragma('user_version'));
  return { format, sessions: sessions.length, events, gaps: gaps.length };
}

function noteSideFiles(path: string, notes: Findings): void {
  const file = realpathSync(path);
  for (const [suffix, meaning] of SIDE_FILES) {
    const size = statSync(`${file}${suffix}`, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0) notes.add('side files', { text: `${path}${suffix} ${meaning}` });
  }
}
