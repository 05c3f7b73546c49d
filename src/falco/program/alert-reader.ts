import type { Alert } from '../../rules/output/alert.js';
import { type AlertReading, readAlert } from './read-alert.js';

/** Falco counts its alerts on standard output once the last of them was printed. */
const COUNT = /^Events detected: (\d+)$/;

/** Reads the alerts off the lines of Falco's standard output. */
export class AlertReader {
  /** How many alerts were read. */
  read = 0;
  /** How many there were by Falco's own count, once it has said so. */
  counted: number | undefined;

  constructor(
    private readonly lines: AsyncIterable<readonly string[]>,
    private readonly reading: AlertReading,
    private readonly onNotice: (text: string) => void,
  ) {}

  /**
   * The alerts, as many at once as came together.
   *
   * @throws DocktapeError `FALCO` for a line that looks like an alert and is none
   */
  async *alerts(): AsyncGenerator<readonly Alert[]> {
    for await (const batch of this.lines) {
      const alerts = batch.flatMap((line) => this.#alertIn(line));
      this.read += alerts.length;
      if (alerts.length > 0) yield alerts;
    }
  }

  #alertIn(line: string): Alert[] {
    const count = COUNT.exec(line)?.[1];
    if (count !== undefined) this.counted ??= Number(count);
    // Behind the count come the names of rules, which can be anything.
    if (this.counted !== undefined || !line.startsWith('{')) return [];
    const alert = readAlert(line, this.reading);
    if (typeof alert !== 'string') return [alert];
    this.onNotice(alert);
    return [];
  }
}
