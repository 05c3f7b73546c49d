import { eachLine } from './each-line.js';
import { type Ending, FalcoProcess, type ProcessInput } from './falco-process.js';
import { LineQueue } from './line-queue.js';
import { MAX_LENGTH, StderrLines } from './stderr-lines.js';

export interface AlertProcessInput extends ProcessInput {
  /** How long it may say nothing, in milliseconds; undefined for ever. */
  readonly silenceLimit: number | undefined;
  readonly onWarning: (line: string) => void;
}

/** A Falco that evaluates rules, with what it says. Close it when done. */
export class AlertProcess {
  /** The lines of its standard output. While too many of them wait, Falco is stopped. */
  readonly lines: LineQueue;
  readonly stderr: StderrLines;
  /** Whether it was ended because it said nothing for too long. */
  hung = false;
  readonly #falco: FalcoProcess;
  #silence: NodeJS.Timeout | undefined;

  constructor(input: AlertProcessInput) {
    const falco = new FalcoProcess(input);
    this.#falco = falco;
    // Falco keeps alerts that nobody reads without a bound, and would drop them with one.
    this.lines = new LineQueue(falco.stdout, { onFull: () => falco.pause(), onDrained: () => falco.resume() });
    this.stderr = new StderrLines(input.onWarning);
    eachLine(falco.stderr, MAX_LENGTH, (line) => this.stderr.add(line));
    if (input.silenceLimit !== undefined) this.#watch(input.silenceLimit);
  }

  /** How it ended, once all of its output was read. */
  get ended(): Promise<Ending> {
    return this.#falco.ended;
  }

  /** Asks it to end. What it still says is not of interest. */
  stop(): void {
    clearTimeout(this.#silence);
    this.lines.discard();
    this.#falco.interrupt();
  }

  /** Resolves once it has ended. */
  async close(): Promise<void> {
    this.stop();
    await this.ended.catch(() => {}); // it never began
  }

  #watch(limit: number): void {
    const timer = setTimeout(() => {
      if (this.#falco.paused) return timer.refresh();
      this.hung = true;
      return this.stop();
    }, limit);
    this.#silence = timer;
    for (const stream of [this.#falco.stdout, this.#falco.stderr]) stream.on('data', () => timer.refresh());
  }
}
