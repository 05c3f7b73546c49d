import { existsSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { dateOf } from '../../time.js';

/** A capture that rotation has closed. */
export interface ClosedCapture {
  readonly path: string;
  /** When its recording began, to the second, in nanoseconds since the epoch. */
  readonly started: bigint;
}

/** `20261123T161501Z`, and from the second capture of the same second on `-2` and so on. */
const STAMP = /^-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?:-(\d+))?$/;

/**
 * A name for the capture `file` once it is closed, which no file has: `night.db` that was begun on 23 November 2026 at
 * 16:15:01 UTC becomes `night-20261123T161501Z.db`.
 */
export function closedName(file: string, started: bigint): string {
  const { dir, name, ext } = parse(file);
  const stamp = dateOf(started).date.toISOString().slice(0, 19).replace(/[-:]/g, '');
  for (let number = 1; ; number += 1) {
    const path = join(dir, `${name}-${stamp}Z${number === 1 ? '' : `-${number}`}${ext}`);
    if (!existsSync(path)) return path;
  }
}

/** The files beside the capture `file` that have the name of one that was closed, oldest first. */
export function closedCaptures(file: string): ClosedCapture[] {
  const { dir, name, ext } = parse(file);
  return readdirSync(dir)
    .filter((entry) => entry.startsWith(name) && entry.endsWith(ext))
    .flatMap((entry) => {
      const match = STAMP.exec(entry.slice(name.length, entry.length - ext.length));
      if (!match) return [];
      const [year, month, day, hour, minute, second, number] = match.slice(1).map((digits) => Number(digits ?? 1));
      const ms = Date.UTC(year as number, (month as number) - 1, day, hour, minute, second);
      return [{ path: join(dir, entry), started: BigInt(ms) * 1_000_000n, number: number as number }];
    })
    .sort((a, b) => Number(a.started - b.started) || a.number - b.number)
    .map(({ path, started }) => ({ path, started }));
}
