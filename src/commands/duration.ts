import { InvalidArgumentError } from 'commander';

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time on the command line, such as `90s`, `10m` or `1h30m`, in milliseconds. */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const length = parts.reduce((sum, part) => sum + Number(part[1]) * (unitMs[part[2] ?? ''] ?? 0), 0);
  if (length <= 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new InvalidArgumentError('a length of time such as 90s, 10m or 1h30m is wanted.');
  }
  return length;
}

/** A whole number of at least 1 on the command line. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('a whole number of at least 1 is wanted.');
  }
  return count;
}
