import { type JsonData, jsonText } from '../../json.js';
import { toText } from '../../rules/bytes.js';
import type { Alert } from '../../rules/output/alert.js';
import { plainValue } from '../../rules/output/plain-value.js';
import { printable } from '../../rules/output/printable.js';
import { haveSameFields, haveSameTags } from './alert-differences.js';

/**
 * An alert in one line, without the time, which both sides have from the event: the priority and the text; and what else the
 * other side has otherwise, so that a difference can always be seen. Control characters are escaped.
 */
export function alertSide(alert: Alert, other: Alert | undefined): string {
  const text = printable(`${alert.priority} ${toText(alert.message)}`);
  if (!other) return text;
  const tags = haveSameTags(alert, other) ? '' : ` [tags: ${alert.tags.join(', ')}]`;
  // Fields that differ mostly show in the text.
  const fields =
    alert.message !== other.message || haveSameFields(alert, other) ? '' : ` [fields: ${fieldsText(alert)}]`;
  return text + tags + fields;
}

function fieldsText({ fields }: Alert): string {
  const entries = [...fields].map(([name, value]): [string, JsonData] => [toText(name), plainValue(value)]);
  return jsonText(Object.fromEntries(entries));
}
