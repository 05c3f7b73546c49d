import type { Alert } from '../rules/output/alert.js';
import { formatCount, plural } from '../text/quantities.js';

/** Counts what a run read and raised, and says it in a few lines. */
export class AlertSummary {
  /** Undefined once an engine has not said how many it read. */
  private events: number | undefined = 0;
  private alerts = 0;
  private readonly byRule = new Map<string, number>();
  private readonly started = performance.now();

  addAlerts(alerts: readonly Alert[]): void {
    this.alerts += alerts.length;
    for (const { rule } of alerts) this.byRule.set(rule, (this.byRule.get(rule) ?? 0) + 1);
  }

  addEvents(count: number | undefined): void {
    this.events = this.events === undefined || count === undefined ? undefined : this.events + count;
  }

  /**
   * Events and speed as far as they are known, alerts, rules and time; then a line for each rule that fired, the most frequent
   * first.
   *
   * @param engine who evaluated, if that is worth saying
   */
  lines(engine?: string): string[] {
    const seconds = (performance.now() - this.started) / 1000;
    const rules = [...this.byRule].sort(([, a], [, b]) => b - a);
    const alerts = `${plural(this.alerts, 'alert')} from ${plural(rules.length, 'rule')}`;
    const [read, speed] = this.eventTexts(seconds);
    const by = engine === undefined ? '' : `, by ${engine}`;
    const width = formatCount(rules[0]?.[1] ?? 0).length;
    return [
      `${read}${alerts}, in ${seconds.toFixed(2)} s${speed}${by}`,
      ...rules.map(([rule, count]) => `  ${formatCount(count).padStart(width)}  ${rule}`),
    ];
  }

  /** What stands before the alerts, and after the time. */
  private eventTexts(seconds: number): [string, string] {
    if (this.events === undefined) return ['', ''];
    return [`${plural(this.events, 'event')}, `, ` (${formatCount(this.events / seconds)} events/s)`];
  }
}
