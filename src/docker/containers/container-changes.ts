import { containerEvents } from '../container-events.js';
import type { LineBatch } from '../line-batch.js';
import { memberOf, parsedJson } from '../loose-json.js';

/** A change of which containers run, or of how one is called, as an event tells it. */
export interface ContainerChange {
  /** `remove` is Podman's `destroy`. */
  readonly action: 'start' | 'rename' | 'die' | 'destroy' | 'remove';
  readonly id: string;
  /** The names that a container has from now on; ends are of no name. */
  readonly name?: string;
  readonly image?: string;
}

/** Calls `found` for each event of a batch that is such a change, in the batch's order. */
export function containerChanges(batch: LineBatch, found: (change: ContainerChange) => void): void {
  const events = containerEvents(batch);
  for (let index = 0; index < batch.count; index += 1) {
    const action = events.action(index);
    if (action === 'die' || action === 'destroy' || action === 'remove') {
      found({ action, id: events.id(index) });
    } else if (action === 'start' || action === 'rename') {
      const start = index === 0 ? 0 : events.end(index - 1) + 1;
      const event = parsedJson(batch.lines.toString('utf8', start, events.end(index)));
      // Where a line breaks off, it is not known that a container runs.
      if (event !== undefined) found({ action, id: events.id(index), ...namesIn(event) });
    }
  }
}

function namesIn(event: unknown): { readonly name?: string; readonly image?: string } {
  const attributes = memberOf(memberOf(event, 'Actor'), 'Attributes');
  const name = memberOf(attributes, 'name');
  const image = memberOf(attributes, 'image');
  return { ...(typeof name === 'string' ? { name } : {}), ...(typeof image === 'string' ? { image } : {}) };
}
