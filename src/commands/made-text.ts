import type { MadeCapture } from '../capture/slice.js';
import { formatBytes, plural } from '../text/quantities.js';

/** What is in a capture that was made of others. */
export function madeText(path: string, { events, bytes, sessions, gaps }: MadeCapture): string {
  const lost = gaps > 0 ? `, with ${plural(gaps, 'gap')}` : '';
  return `${path}: ${plural(events, 'event')} (${formatBytes(bytes)}) of ${plural(sessions, 'session')}${lost}`;
}
