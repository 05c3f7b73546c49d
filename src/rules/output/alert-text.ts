import { toText } from '../bytes.js';
import type { Alert } from './alert.js';
import { printable } from './printable.js';

/**
 * An alert in one line, as Falco prints it: `<time>: <Priority> <message>`. Control characters are escaped, so that nothing in
 * an event can start a line of its own. No newline at the end.
 */
export function alertText(alert: Alert): string {
  return printable(toText(`${alert.prefix} ${alert.message}`));
}
