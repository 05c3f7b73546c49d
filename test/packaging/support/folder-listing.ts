import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of all files below a folder, relative to it, sorted. */
export function filesBelow(folder: string): string[] {
  return entries(folder)
    .filter((path) => lstatSync(join(folder, path)).isFile())
    .sort();
}

/** The paths of everything below a folder. */
export function entries(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** Everything below a folder with what a change of it would change: inode, mode, size, time. */
export function fingerprint(folder: string): Record<string, string> {
  return Object.fromEntries(
    entries(folder).map((path) => {
      const { ino, mode, size, mtimeNs } = lstatSync(join(folder, path), { bigint: true });
      return [path, `${ino} ${mode.toString(8)} ${size} ${mtimeNs}`];
    }),
  );
}
