import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docktape, docktapeLines } from './cli.js';
import { sysdig } from './sysdig.js';

const captures = fileURLToPath(new URL('../../../captures', import.meta.url));

export interface ShippedCapture {
  /** The events of all captures that ship, in one capture. */
  readonly capture: string;
  /** The same events as sysdig wrote them: it filters these with the library's extractor as well, and needs no source host. */
  readonly scap: string;
  readonly events: number;
}

/** Merges the captures that ship into one in a folder: what is asked of each of them is asked once. @returns its path */
export function mergeShipped(folder: string): string {
  const shipped = readdirSync(captures).filter((name) => name.endsWith('.db'));
  const merged = join(folder, 'shipped.db');
  docktape('merge', '--quiet', ...shipped.map((name) => join(captures, name)), merged);
  return merged;
}

/** {@link mergeShipped}, also for sysdig, in a folder that its chroot must be able to have as well. */
export function joinShipped(folder: string): ShippedCapture {
  const capture = mergeShipped(folder);
  const scap = join(folder, 'shipped.scap');
  sysdig({ openParams: `capture:${capture}`, args: ['-w', scap], bind: [folder] });
  return { capture, scap, events: docktapeLines('export', '--all', capture).length };
}
