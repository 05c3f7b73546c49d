import type { LineBatch } from '../line-batch.js';
import { memberOf, parsedJson } from '../loose-json.js';

/** A change of which containers run, or of how one is called, as an event tells it. */
export interface ContainerChange {
  readonly action: string;
  readonly id: string;
  readonly name?: string;
  readonly image?: string;
}

/** `remove` is Podman's `destroy`. */
const ACTIONS: readonly unknown[] = ['start', 'die', 'destroy', 'remove', 'rename'];

/** What follows on the key. */
const VALUES = ACTIONS.map((action) => Buffer.from(`${action}"`));

const NEWLINE = 0x0a;
const CAPITAL_A = 0x41;
const KEY = Buffer.from('"Action":"');

/**
 * Calls `found` for each event of a batch that is such a change, in the batch's order.
 *
 * Each event of a daemon comes through here, so a line is searched for its action, and parsed only when that may be a change.
 * In every layout of Docker and Podman the action stands before the attributes. Before it no value can forge the key, as
 * quotes inside a JSON string have a backslash before them; what a label called `Action` looks like, parsing tells.
 */
export function containerChanges({ lines, count }: LineBatch, found: (change: ContainerChange) => void): void {
  let capital = -1;
  for (let index = 0, start = 0; index < count; index += 1) {
    const end = lines.indexOf(NEWLINE, start);
    if (capital < start) capital = nextCapital(lines, start);
    while (capital < end && !hasAt(lines, capital - 1, KEY)) capital = nextCapital(lines, capital + 1);
    if (capital < end && mayBeChange(lines, capital - 1 + KEY.length)) {
      const change = readChange(lines.toString('utf8', start, end));
      if (change) found(change);
    }
    start = end + 1;
  }
}

/** Searching for one byte is many times as fast as for several, and few bytes before the action are a capital A. */
function nextCapital(lines: Buffer, from: number): number {
  const at = lines.indexOf(CAPITAL_A, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function mayBeChange(lines: Buffer, at: number): boolean {
  for (const value of VALUES) if (hasAt(lines, at, value)) return true;
  return false;
}

function hasAt(lines: Buffer, at: number, bytes: Buffer): boolean {
  for (let offset = 0; offset < bytes.length; offset += 1) {
    if (lines[at + offset] !== bytes[offset]) return false;
  }
  return true;
}

function readChange(line: string): ContainerChange | undefined {
  const event = parsedJson(line);
  const actor = memberOf(event, 'Actor');
  const action = memberOf(event, 'Action');
  const id = memberOf(actor, 'ID');
  if (memberOf(event, 'Type') !== 'container' || !ACTIONS.includes(action) || typeof id !== 'string' || id === '') {
    return undefined;
  }
  const attributes = memberOf(actor, 'Attributes');
  const name = memberOf(attributes, 'name');
  const image = memberOf(attributes, 'image');
  return {
    action: String(action),
    id,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof image === 'string' ? { image } : {}),
  };
}
