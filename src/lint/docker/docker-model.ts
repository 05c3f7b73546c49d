import type { FieldValue } from '../../rules/event-batch.js';
import type { EventOrigin } from '../../rules/event-origin.js';
import type { Comparison, Comparisons } from '../logic/comparison.js';
import type { Model } from '../logic/model.js';
import { splitAction } from './event-kinds.js';
import { IMPLIED } from './field-facts.js';

/** Whether events come from the docker plugin, whose fields' meaning is known. */
export function isDocker({ info }: EventOrigin): boolean {
  return info.name === 'docker' && info.eventSource === 'docker';
}

/** What is known of the fields of a source: of any source those that are the same for all its events, and Docker's. */
export function modelOf(origin: EventOrigin, comparisons: Comparisons): Model {
  const constants = new Map([
    [comparisons.columnOf('evt.source'), origin.info.eventSource],
    [comparisons.columnOf('evt.pluginname'), origin.info.name],
  ]);
  const implied = isDocker(origin) ? impliedByColumn(comparisons) : new Map<number, Comparison[]>();
  const action = comparisons.columnOf('docker.action');
  const derived = isDocker(origin) ? derivedFromAction(comparisons) : NOTHING;
  return {
    constant: (column) => constants.get(column),
    implied: (column) => implied.get(column) ?? [],
    derived: (column) => (column === action ? derived : NOTHING),
  };
}

const NOTHING: ReadonlyMap<number, (value: FieldValue) => FieldValue> = new Map();

function impliedByColumn(comparisons: Comparisons): Map<number, Comparison[]> {
  const implied = new Map<number, Comparison[]>();
  for (const [field, conditions] of Object.entries(IMPLIED)) {
    const column = comparisons.columnOf(field);
    const known = conditions.flatMap((condition) => comparisons.parse(condition) ?? []);
    if (column !== undefined) implied.set(column, known);
  }
  return implied;
}

/** Verb and detail, as the extractor takes them from the action: an empty verb is absent, an empty detail is not. */
function derivedFromAction(comparisons: Comparisons): Map<number, (value: FieldValue) => FieldValue> {
  const verb = comparisons.columnOf('docker.action.verb');
  const detail = comparisons.columnOf('docker.action.detail');
  const derived = new Map<number, (value: FieldValue) => FieldValue>();
  if (verb !== undefined) derived.set(verb, (action) => splitAction(action as string).verb || undefined);
  if (detail !== undefined) derived.set(detail, (action) => splitAction(action as string).detail);
  return derived;
}
