/** Something about a capture: that it is not as it should be, or that somebody who relies on it wants to know. */
export interface Finding {
  /** What it is about, in words. */
  readonly text: string;
  /** The session and the event's number, where it has such a place. */
  readonly session?: number;
  readonly seq?: number;
}

/** Findings of one kind that are listed one by one; the others are counted. */
const LISTED = 10;

/** Collects findings; a capture may have as many as it has events. */
export class Findings {
  readonly #listed: Finding[] = [];
  readonly #counts = new Map<string, number>();

  /** @param kind what findings are alike, in words: "payloads that are not one line" */
  add(kind: string, finding: Finding): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= LISTED) this.#listed.push(finding);
  }

  /** All that is listed, and how many more there are of each kind. */
  get list(): readonly Finding[] {
    const more = [...this.#counts].filter(([, count]) => count > LISTED);
    return [...this.#listed, ...more.map(([kind, count]) => ({ text: `${count - LISTED} more ${kind}` }))];
  }
}
