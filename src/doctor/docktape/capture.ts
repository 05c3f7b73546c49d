import { messageOf } from '../../errors.js';
import { counted } from '../../regression/reporters/text.js';
import { type Outcome, ok, problem } from '../outcome.js';

/** Whether a capture can be replayed. */
export async function checkCapture(path: string): Promise<Outcome> {
  try {
    const { CaptureReader } = await import('../../capture/reader.js');
    const reader = CaptureReader.open(path);
    try {
      return ok(`${path}: ${counted(reader.count(), 'event')} of ${counted(reader.sessions().length, 'session')}`);
    } finally {
      reader.close();
    }
  } catch (error) {
    return problem(messageOf(error), 'name a capture that `docktape record` or `docktape import` has made');
  }
}
