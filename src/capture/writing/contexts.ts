import type { LineBatch } from '../../docker/line-batch.js';
import type { EventLines } from '../event-inserter.js';
import { LARGEST_CONTEXT } from '../schema.js';
import type { SentContexts } from '../writer-messages.js';

/** Contexts that the thread knows at a time, and their bytes: about as many as docktape keeps of containers and execs. */
const MOST_KNOWN = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Numbers contexts on their way to the writer's thread, so that each crosses once however many events have it. */
export class ContextsToSend {
  readonly #numbers = new Map<object, number>();
  #bytes = 0;

  send(contexts: NonNullable<LineBatch['contexts']>): SentContexts {
    const isAnew = this.#numbers.size > MOST_KNOWN || this.#bytes > MOST_BYTES;
    if (isAnew) {
      this.#numbers.clear();
      this.#bytes = 0;
    }
    const added: Uint8Array[] = [];
    const numbers = Uint32Array.from(contexts, (context) => {
      // One that readers would take for damage is left out; docktape makes none as large.
      if (context === undefined || context.json.length > LARGEST_CONTEXT) return 0;
      const known = this.#numbers.get(context);
      if (known !== undefined) return known;
      // A copy: of a part of some memory, all of that memory would be sent.
      added.push(new Uint8Array(context.json));
      this.#bytes += context.json.length;
      this.#numbers.set(context, this.#numbers.size + 1);
      return this.#numbers.size;
    });
    return { isAnew, added, numbers };
  }
}

/** The other end of {@link ContextsToSend}, in the thread. */
export class ReceivedContexts {
  #known: Buffer[] = [];

  /** What an entry of the backlog has of its contexts, which it keeps when counting begins anew. */
  receive({ isAnew, added, numbers }: SentContexts): Pick<EventLines, 'contextOf'> & { readonly contextBytes: number } {
    if (isAnew) this.#known = [];
    const known = this.#known;
    for (const { buffer, byteOffset, byteLength } of added) known.push(Buffer.from(buffer, byteOffset, byteLength));
    return { contextOf: (index) => known[(numbers[index] ?? 0) - 1], contextBytes: bytesOf(added) };
  }
}

export function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
