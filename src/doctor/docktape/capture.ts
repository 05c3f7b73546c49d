import { messageOf } from '../../errors.js';
import { plural } from '../../text/quantities.js';
import { type Outcome, ok, problem } from '../outcome.js';

/** Whether a capture can be replayed. */
export async function checkCapture(path: string): Promise<Outcome> {
  try {
    const { CaptureReader } = await import('../../capture/reader.js');
    const reader = CaptureReader.open(path);
    try {
      return ok(`${path}: ${plural(reader.count(), 'event')} of ${plural(reader.sessions().length, 'session')}`);
    } finally {
      reader.close();
    }
  } catch (error) {
    return problem(messageOf(error), 'name a capture that `docktape record` or `docktape import` has made');
  }
}
