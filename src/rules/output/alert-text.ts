import { toText } from '../bytes.js';
import type { Alert } from './alert.js';

/**
 * An alert in one line, as Falco prints it: `<time>: <Priority> <message>`. Control characters are written as JSON escapes,
 * so that nothing in an event can start a line of its own or steer a terminal. No newline at the end.
 */
export function alertText(alert: Alert): string {
  return toText(`${alert.prefix} ${alert.message}`).replace(/\p{Cc}/gu, escapeControl);
}

function escapeControl(character: string): string {
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped.length > 1 ? escaped : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
