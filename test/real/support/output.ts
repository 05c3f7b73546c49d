import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line that a process wrote, and when this process read it, in milliseconds since the epoch. */
export interface OutputLine {
  readonly text: string;
  readonly at: number;
}

/** What a running process writes, kept line by line while it comes. */
export class Output {
  readonly lines: OutputLine[] = [];
  readonly errors: OutputLine[] = [];
  private ended = false;
  private wake: () => void = () => {};

  constructor(private readonly child: ChildProcess) {
    this.collect(child.stdout, this.lines);
    this.collect(child.stderr, this.errors);
    child.once('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  /** Waits for a line of standard output, or of standard error, that holds `text`. An error when the process ends before. */
  async waitFor(text: string, milliseconds = 20_000): Promise<OutputLine> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const found = [...this.lines, ...this.errors].find((line) => line.text.includes(text));
      if (found) return found;
      const left = deadline - Date.now();
      if (this.ended || left <= 0) {
        const said = [...this.lines, ...this.errors].slice(-10).map((line) => line.text);
        const why = this.ended ? 'ended' : `did not within ${milliseconds} ms`;
        throw new Error(
          `${this.child.spawnargs.at(-1)}: waited for "${text}", but it ${why}; it said:\n${said.join('\n')}`,
        );
      }
      await this.change(left);
    }
  }

  private collect(stream: NodeJS.ReadableStream | null, into: OutputLine[]): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (text) => {
      into.push({ text, at: Date.now() });
      this.wake();
    });
  }

  private change(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
