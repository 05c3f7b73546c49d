const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** 1536 → "1.5 KiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** 1234567 → "1,234,567". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** "1 event", "2 events". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Nanoseconds since the epoch as RFC 3339 in UTC, to the millisecond, for people. */
export function formatMoment(time: bigint): string {
  return new Date(Number(time / 1_000_000n)).toISOString();
}

/** "0.8 s". */
export function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
