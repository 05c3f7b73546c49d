import type { Alert } from '../rules/output/alert.js';
import { formatCount, plural } from './quantities.js';

/** Counts what a run read and raised, and says it in a few lines. */
export class AlertSummary {
  events = 0;
  alerts = 0;
  private readonly byRule = new Map<string, number>();
  private readonly started = performance.now();

  add(events: number, alerts: readonly Alert[]): void {
    this.events += events;
    this.alerts += alerts.length;
    for (const { rule } of alerts) this.byRule.set(rule, (this.byRule.get(rule) ?? 0) + 1);
  }

  /** Events, alerts, rules, time and speed; then a line for each rule that fired, the most frequent first. */
  lines(): string[] {
    const seconds = (performance.now() - this.started) / 1000;
    const rules = [...this.byRule].sort(([, a], [, b]) => b - a);
    const alerts = `${plural(this.alerts, 'alert')} from ${plural(rules.length, 'rule')}`;
    const speed = `${formatCount(this.events / seconds)} events/s`;
    const width = formatCount(rules[0]?.[1] ?? 0).length;
    return [
      `${plural(this.events, 'event')}, ${alerts}, in ${seconds.toFixed(2)} s (${speed})`,
      ...rules.map(([rule, count]) => `  ${formatCount(count).padStart(width)}  ${rule}`),
    ];
  }
}
