import type { Gap, Session } from '../session.js';
import { interleavedSessions, type Stretch } from '../stretches.js';
import type { Findings } from './finding.js';

const WHITE_SPACE = /^[ \t\r\n]*$/;

/** Whether sessions are as docktape writes them, and their events where they belong. */
export function checkSessions(
  sessions: readonly Session[],
  stretches: readonly Stretch[],
  problems: Findings,
  notes: Findings,
): void {
  const interleaved = interleavedSessions(stretches);
  for (const { id, tail, ended, clean, ...session } of sessions) {
    if (!WHITE_SPACE.test(tail))
      problems.add('sessions like that', { session: id, text: 'it ends with more than white space' });
    if (interleaved.has(id) && !session.interleaved) {
      problems.add('sessions like that', { session: id, text: 'its events stand among those of other sessions' });
    }
    if (ended === undefined)
      notes.add('sessions like that', { session: id, text: 'not closed: it is still at work, or was killed' });
    else if (!clean) notes.add('sessions like that', { session: id, text: 'ended by an error' });
  }
}

/** Whether gaps are where sessions and events are. */
export function checkGaps(
  gaps: readonly Gap[],
  sessions: readonly Session[],
  lastSeq: number,
  problems: Findings,
): void {
  const known = new Set(sessions.map(({ id }) => id));
  for (const { session, afterSeq } of gaps) {
    if (!known.has(session))
      problems.add('gaps like that', { text: `a gap is of session ${session}, which is not in the capture` });
    if (afterSeq < 0 || afterSeq > lastSeq) {
      problems.add('gaps like that', {
        session,
        text: `a gap stands after event ${afterSeq}, and the last event is ${lastSeq}`,
      });
    }
  }
}
