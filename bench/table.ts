import type { Machine } from './bench.js';
import { isMet, NotMeasured, type Result, type Row, type Target } from './row.js';

/** The results as lines of a table, and below it what is to be known of its rows. */
export function table(results: readonly Result[]): string[] {
  const cells = results.map(({ row, value, memory }) => [
    row.name,
    row.title,
    value instanceof NotMeasured ? 'not measured' : quantity(value, row.unit),
    memory === undefined ? '' : `${Math.round(memory)} MB`,
    row.target ? targetText(row.target, row.unit) : '',
    row.target && !(value instanceof NotMeasured) ? (isMet(row.target, value) ? 'met' : 'MISSED') : '',
  ]);
  const all = [['row', 'what', 'measured', 'peak memory', 'target', ''], ...cells];
  const widths = all.reduce<number[]>((max, line) => line.map((cell, i) => Math.max(max[i] ?? 0, cell.length)), []);
  const lines = all.map((line) =>
    line
      .map((cell, i) => (i === 2 || i === 3 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...results.flatMap(remarks)];
}

function remarks({ row, value }: Result): string[] {
  const texts = [
    ...(value instanceof NotMeasured ? [value.reason] : []),
    ...(row.note === undefined ? [] : [row.note]),
  ];
  return texts.map((text) => `${row.name}: ${text}`);
}

/** The results for machines: values in the unit of their row, memory in MB. */
export function json(results: readonly Result[], machine: Machine, events: number): string {
  const rows = results.map(({ row, value, memory }) => ({
    name: row.name,
    title: row.title,
    unit: row.unit,
    ...(value instanceof NotMeasured ? { value: null, reason: value.reason } : { value }),
    ...(memory !== undefined && { memory }),
    ...(row.target && { target: row.target }),
    ...(row.target && !(value instanceof NotMeasured) && { met: isMet(row.target, value) }),
    ...(row.note !== undefined && { note: row.note }),
  }));
  return `${JSON.stringify({ machine, events, rows }, null, 2)}\n`;
}

function targetText(target: Target, unit: Row['unit']): string {
  return 'atLeast' in target ? `≥ ${quantity(target.atLeast, unit)}` : `≤ ${quantity(target.atMost, unit)}`;
}

function quantity(value: number, unit: Row['unit']): string {
  switch (unit) {
    case 'events/s':
      return value >= 1e6 ? `${(value / 1e6).toFixed(2)} M events/s` : `${Math.round(value / 1e3)} k events/s`;
    case 'MB':
    case 'questions':
      return `${value.toFixed(1)} ${unit}`;
    case 'ms':
      return `${value.toFixed(Math.abs(value) < 10 ? 1 : 0)} ${unit}`;
    case 'of the JSON lines':
      return `${value.toFixed(3)} ${unit}`;
    case 'times':
      return `${value.toFixed(2)} ${unit}`;
    default:
      return `${Math.round(value)} ${unit}`;
  }
}
