import { jsonText } from '../../json.js';
import type { PlainValue } from '../../rules/output/plain-value.js';
import { type AlertRecord, jsonOf } from '../alert-record.js';

/** Something that two engines say otherwise of the same events. Plain data. */
export interface EngineDifference {
  readonly rule: string;
  /** The event number. */
  readonly event: number;
  /** `embedded`, `falco`: only that engine raised the alert; `content`: it says something else; `order`: it comes elsewhere. */
  readonly kind: 'embedded' | 'falco' | 'content' | 'order';
  /** What each engine says, a line for each thing that differs; the same number of lines for both. */
  readonly embedded: readonly string[];
  readonly falco: readonly string[];
}

const NO_ALERT = 'no alert';

/**
 * What tells the alerts of two engines on the same events apart, by event. Alerts belong together when they are of the same rule on
 * the same event. When those that both raised come in another order, the first one is named that comes elsewhere.
 */
export function engineDifferences(embedded: readonly AlertRecord[], falco: readonly AlertRecord[]): EngineDifference[] {
  const [ours, theirs] = [keyed(embedded), keyed(falco)];
  const differences: EngineDifference[] = [];
  for (const [key, alert] of ours) {
    const other = theirs.get(key);
    if (!other) differences.push(only('embedded', alert));
    else differences.push(...contentDifferences(alert, other));
  }
  for (const [key, alert] of theirs) if (!ours.has(key)) differences.push(only('falco', alert));
  return [...differences, ...orderDifferences(ours, theirs)].sort((a, b) => a.event - b.event);
}

/** The alerts by event and rule, and the how manyth of them each is: nothing keeps an engine from saying one twice. */
function keyed(alerts: readonly AlertRecord[]): Map<string, AlertRecord> {
  const known = new Map<string, AlertRecord>();
  for (const alert of alerts) {
    let time = 1;
    const key = () => JSON.stringify([alert.event, alert.rule, time]);
    while (known.has(key())) time++;
    known.set(key(), alert);
  }
  return known;
}

function only(kind: 'embedded' | 'falco', alert: AlertRecord): EngineDifference {
  const { rule, event, output } = alert;
  const sides = { embedded: [NO_ALERT], falco: [NO_ALERT], [kind]: [output] };
  return { rule, event, kind, ...sides };
}

function contentDifferences(ours: AlertRecord, theirs: AlertRecord): EngineDifference[] {
  const differing = parts(ours, theirs).filter(({ embedded, falco }) => embedded !== falco);
  if (differing.length === 0) return [];
  const { rule, event } = ours;
  const side = (engine: 'embedded' | 'falco') => differing.map((part) => `${part.name} ${part[engine]}`);
  return [{ rule, event, kind: 'content', embedded: side('embedded'), falco: side('falco') }];
}

/** A part of an alert, and what each engine has there. */
interface Part {
  readonly name: string;
  readonly embedded: string;
  readonly falco: string;
}

/** What there is to compare of an alert: the parts that a person knows, and only when those are alike, the whole. */
function parts(ours: AlertRecord, theirs: AlertRecord): Part[] {
  const part = (name: string, embedded: PlainValue | undefined, falco: PlainValue | undefined): Part => ({
    name,
    embedded: shown(embedded),
    falco: shown(falco),
  });
  const members = (['priority', 'tags', 'output', 'time'] as const).map((name) => part(name, ours[name], theirs[name]));
  const names = new Set([...Object.keys(ours.fields), ...Object.keys(theirs.fields)]);
  const fields = [...names].map((name) => part(name, ours.fields[name], theirs.fields[name]));
  const known = [...members, ...fields];
  const isAlike = known.every(({ embedded, falco }) => embedded === falco);
  return isAlike ? [{ name: 'JSON', embedded: jsonOf(ours), falco: jsonOf(theirs) }] : known;
}

/** Values that differ have different texts. */
function shown(value: PlainValue | undefined): string {
  return value === undefined ? 'not there' : jsonText(value);
}

type KeyedAlerts = ReadonlyMap<string, AlertRecord>;

/** The first of the alerts of both engines that stands elsewhere; none when all come in the same order. */
function orderDifferences(ours: KeyedAlerts, theirs: KeyedAlerts): EngineDifference[] {
  const common = [...ours].filter(([key]) => theirs.has(key));
  const inTheirOrder = [...theirs].filter(([key]) => ours.has(key));
  const at = common.findIndex(([key], i) => key !== inTheirOrder[i]?.[0]);
  const [first, other] = [common[at]?.[1], inTheirOrder[at]?.[1]];
  if (!first || !other) return [];
  const next = ({ rule, event }: AlertRecord) => `"${rule}" on event ${event} comes first`;
  return [{ rule: first.rule, event: first.event, kind: 'order', embedded: [next(first)], falco: [next(other)] }];
}
