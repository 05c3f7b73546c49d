import type { DaemonInfo } from '#docktape/docker/daemon-info.js';
import type { Inspection } from '#docktape/docker/enrichment/enrichment-options.js';
import type { EventContext } from '#docktape/docker/enrichment/event-context.js';
import type { FeedSink, LogSeverity } from '#docktape/docker/feed/daemon-feed.js';
import type { Incident } from '#docktape/docker/incident.js';
import type { LineBatch } from '#docktape/docker/line-batch.js';
import type { DocktapeError } from '#docktape/errors.js';

/** A feed's sink that keeps what it is told, in order, and lets a test wait for it. */
export class RecordingSink implements FeedSink {
  /** What happened, in order: `connected`, `waiting`, `ended`, `failed`, `lines`, or an incident's kind. */
  readonly story: string[] = [];
  /** The lines and the incidents, in order. */
  readonly entries: (LineBatch | Incident)[] = [];
  readonly daemons: DaemonInfo[] = [];
  readonly batches: LineBatch[] = [];
  readonly incidents: Incident[] = [];
  readonly logs: { severity: LogSeverity; text: string }[] = [];
  readonly inspections: Record<Inspection, number> = { asked: 0, failed: 0, late: 0 };
  error: DocktapeError | undefined;
  #watchers: (() => void)[] = [];

  /** All lines so far, as text. */
  get text(): string {
    return Buffer.concat(this.batches.map((batch) => batch.lines)).toString();
  }

  get count(): number {
    return this.batches.reduce((sum, batch) => sum + batch.count, 0);
  }

  /** The contexts of all lines so far, parsed; `undefined` for a line that has none. */
  get contexts(): unknown[] {
    return this.batches.flatMap(({ contexts, count }) =>
      Array.from({ length: count }, (_, index) => parsed(contexts?.[index])),
    );
  }

  connected(daemon: DaemonInfo): void {
    this.daemons.push(daemon);
    this.#tell('connected');
  }

  waiting(): void {
    this.#tell('waiting');
  }

  lines(batch: LineBatch): void {
    this.batches.push(batch);
    this.entries.push(batch);
    this.#tell('lines');
  }

  incident(incident: Incident): void {
    this.incidents.push(incident);
    this.entries.push(incident);
    this.#tell(incident.kind);
  }

  log(severity: LogSeverity, text: string): void {
    this.logs.push({ severity, text });
  }

  inspection(inspection: Inspection): void {
    this.inspections[inspection] += 1;
    this.#notify();
  }

  ended(): void {
    this.#tell('ended');
  }

  failed(error: DocktapeError): void {
    this.error = error;
    this.#tell('failed');
  }

  /** Resolves once `condition` holds; the test's own time limit bounds it. */
  async until(condition: (sink: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #tell(what: string): void {
    this.story.push(what);
    this.#notify();
  }

  #notify(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}

function parsed(context: EventContext | undefined): unknown {
  return context && JSON.parse(context.json.toString());
}
